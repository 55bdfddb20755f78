import type { PromptLabel, PromptVersion } from '@docket/db/prompts';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { renderPrompt, templateProblems, type PromptTemplate } from '@docket/domain/prompt/render';
import { Injectable } from '@nestjs/common';
import { idFrom, notFound } from '../http/ids.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { unknownPrompt } from './known-prompt.js';
import type {
  CreatePromptVersionDto,
  MoveLabelDto,
  PreviewPromptDto,
  PromptDto,
  PromptLabelDto,
  PromptPreviewDto,
  PromptVersionDto,
} from './prompt.dto.js';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** Stands where an enrichment's own, unguessable fence will be. */
const PREVIEW_FENCE = '0000preview0000';

@Injectable()
export class PromptsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** @throws DocketError `prompt.not_found` */
  async get(orgId: string, name: string): Promise<PromptDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const versions = await tx.prompts.versions(name);
      if (versions.length === 0) throw unknownPrompt(name);
      const labels = await tx.prompts.labels(name);
      return { name, labels: labels.map(showLabel), versions: versions.map(showVersion) };
    });
  }

  /** @throws DocketError `request.invalid` for a template that cannot be used, with the field it stands in */
  async addVersion(
    orgId: string,
    name: string,
    dto: CreatePromptVersionDto,
    by: string,
  ): Promise<PromptVersionDto> {
    if (!NAME.test(name))
      throw new DocketError(
        'request.invalid',
        'A prompt is named in lower-case letters, digits and hyphens.',
      );
    refuseUnusable(dto);
    return this.tenants.withTenant(orgId, async (tx) => {
      const { system, template, model = null, note } = dto;
      const version = { system, template, model, params: { ...dto.params }, note };
      const number = await tx.prompts.addVersion(name, newId(), version, by);
      const stored = await tx.prompts.version(name, number);
      if (!stored) throw unknownPrompt(name);
      const body = showVersion(stored);
      tx.audit.append({
        action: 'prompt.add_version',
        subject: name,
        after: { version: number, model, note },
      });
      await this.answers.settle(tx, { status: 201, location: `/v1/prompts/${name}/versions`, body });
      return body;
    });
  }

  /** @throws DocketError `prompt.not_found` for a version that is not there */
  async moveLabel(
    orgId: string,
    name: string,
    label: string,
    { version, note }: MoveLabelDto,
    by: string,
  ): Promise<PromptLabelDto> {
    if (!NAME.test(label))
      throw new DocketError('request.invalid', 'A label is named in lower-case letters, digits and hyphens.');
    return this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.prompts.version(name, version))) throw unknownPrompt(name, version);
      const [before] = await tx.prompts.moves(name, label);
      await tx.prompts.moveLabel(name, newId(), { label, version, note }, by);
      tx.audit.append({
        action: 'prompt.move_label',
        subject: name,
        before: before ? { label, version: before.version } : null,
        after: { label, version, note },
      });
      const [newest] = await tx.prompts.moves(name, label);
      if (!newest) throw unknownPrompt(name);
      return showLabel(newest);
    });
  }

  /**
   * A label that never moved has no moves.
   *
   * @throws DocketError `prompt.not_found`
   */
  async moves(orgId: string, name: string, label: string): Promise<PromptLabelDto[]> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const moves = await tx.prompts.moves(name, label);
      if (moves.length === 0 && (await tx.prompts.versions(name)).length === 0) throw unknownPrompt(name);
      return moves.map(showLabel);
    });
  }

  /** What a model would be sent for a ticket, over the passages its last enrichment pinned. Asks no model. */
  async preview(orgId: string, name: string, dto: PreviewPromptDto): Promise<PromptPreviewDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const template = await this.templateFor(tx, name, dto);
      const ticketId = idFrom('ticket', dto.ticketId);
      const ticket = await tx.tickets.find(ticketId);
      if (!ticket) throw notFound('ticket');
      const enrichment = await tx.enrichments.current(ticketId);
      const { taxonomy } = await tx.taxonomies.find();
      return renderPrompt(template, {
        taxonomy,
        ticket: {
          subject: ticket.subject,
          body: ticket.body,
          language: enrichment?.evidence?.language ?? ticket.language,
        },
        passages: enrichment ? await tx.evidence.passages(enrichment.id) : [],
        examples: enrichment ? await tx.examples.findAll(enrichment.exampleIds) : [],
        fence: PREVIEW_FENCE,
      });
    });
  }

  private async templateFor(
    tx: TenantTransaction,
    name: string,
    dto: PreviewPromptDto,
  ): Promise<PromptTemplate> {
    const version = dto.version ?? (await tx.prompts.productionVersion(name));
    const stored = await tx.prompts.version(name, version);
    if (!stored) throw unknownPrompt(name, version);
    const template = { system: dto.system ?? stored.system, template: dto.template ?? stored.template };
    refuseUnusable(template);
    return template;
  }
}

/** @throws DocketError `request.invalid` with the field that cannot be used */
export function refuseUnusable(template: PromptTemplate): void {
  const problems = templateProblems(template);
  if (problems.length === 0) return;
  const detail = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new DocketError('request.invalid', detail, { problems });
}

function showVersion({ createdAt, ...version }: PromptVersion): PromptVersionDto {
  return { ...version, createdAt: createdAt?.toISOString() ?? null };
}

function showLabel({ movedAt, ...label }: PromptLabel): PromptLabelDto {
  return { ...label, movedAt: movedAt?.toISOString() ?? null };
}
