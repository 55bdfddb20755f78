import type { PromptDraft } from '@docket/db/replays';
import { TenantDatabase } from '@docket/db/tenant-database';
import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import { Injectable } from '@nestjs/common';
import { idFrom } from '../http/ids.js';
import type { AcceptedReplayDto, TestPromptDto } from '../tickets/replay.dto.js';
import { ReplaysService } from '../tickets/replays.service.js';
import { unknownPrompt } from './known-prompt.js';
import { refuseUnusable } from './prompts.service.js';

/** What came of a test can be read for so long: the next morning, too. */
const KEEP_SECONDS = 86_400;

/** Tries prompts on tickets: replays that go again. The API holds no key of a model, so a worker asks. */
@Injectable()
export class PromptTests {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly replays: ReplaysService,
  ) {}

  /** @throws DocketError `prompt.not_found`, `ticket.not_found`, `request.invalid` for a text that cannot be used */
  async test(orgId: string, name: string, dto: TestPromptDto): Promise<AcceptedReplayDto> {
    if (name !== TICKET_ENRICHMENT_PROMPT) throw unknownPrompt(name);
    const { version, draft } = await this.prompt(orgId, name, dto);
    return this.replays.ofTicket(orgId, idFrom('ticket', dto.ticketId), {
      promptVersion: version,
      model: dto.model ?? null,
      passages: dto.passages ?? null,
      trial: { draft, keepSeconds: KEEP_SECONDS },
    });
  }

  /** The version that is tried, and, where its text is given anew, the whole of that. */
  private async prompt(
    orgId: string,
    name: string,
    { promptVersion, system, template }: TestPromptDto,
  ): Promise<{ version: number; draft: PromptDraft | null }> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const version = promptVersion ?? (await tx.prompts.productionVersion(name));
      const stored = await tx.prompts.version(name, version);
      if (!stored) throw unknownPrompt(name, version);
      if (system === undefined && template === undefined) return { version, draft: null };
      const draft = { system: system ?? stored.system, template: template ?? stored.template };
      refuseUnusable(draft);
      return { version, draft };
    });
  }
}
