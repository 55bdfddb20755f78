import type { Enrichment } from '@docket/db/enrichments';
import type { NewReplay } from '@docket/db/replays';
import type { RunStart } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  ENRICHMENT_REPLAY,
  enrichmentReplayInput,
  enrichmentReplayWorkflowId,
} from '@docket/workflows/enrichment-replay/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { refuseUnknownPrompt } from '../prompts/known-prompt.js';
import { RunStarter } from '../runs/run-starter.js';
import type { EnrichmentDto } from './enrichment.dto.js';
import { showEnrichment } from './enrichment.presenter.js';
import type { AcceptedReplayDto, PassageSource } from './replay.dto.js';

/** What is asked otherwise than the original was. */
export interface ReplayRequest {
  promptVersion: number | null;
  model: string | null;
  /** Null: pinned where the original has passages that are all there, fresh otherwise. */
  passages: PassageSource | null;
  trial: NewReplay['trial'];
}

/** Replays of enrichments: written here, made by their workflow. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** @throws DocketError `enrichment.not_found`, and those of `begin` */
  async replay(orgId: string, enrichmentId: string, request: ReplayRequest): Promise<AcceptedReplayDto> {
    return this.started(
      orgId,
      async (tx) => {
        const original = await tx.enrichments.lock(enrichmentId);
        if (!original) throw notFound('enrichment');
        return original;
      },
      request,
    );
  }

  /** Tries a prompt on a ticket, in comparison with the enrichment that the ticket shows. */
  async ofTicket(orgId: string, ticketId: string, request: ReplayRequest): Promise<AcceptedReplayDto> {
    return this.started(
      orgId,
      async (tx) => {
        const current = await tx.enrichments.current(ticketId);
        const original = current && (await tx.enrichments.lock(current.id));
        if (!original) throw notFound('ticket');
        return original;
      },
      request,
    );
  }

  async list(orgId: string, enrichmentId: string, query: PageQuery): Promise<Page<EnrichmentDto>> {
    const page = idPage(query, 'enrichment');
    const { rows, citations } = await this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.enrichments.find(enrichmentId))) throw notFound('enrichment');
      const found = await tx.replays.of(enrichmentId, page);
      return { rows: found, citations: await tx.evidence.citationsOf(found.map(({ id }) => id)) };
    });
    return toPage(rows, page.limit, (row) => showEnrichment(row, citations), idCursor('enrichment'));
  }

  private async started(
    orgId: string,
    lockOriginal: (tx: TenantTransaction) => Promise<Enrichment>,
    request: ReplayRequest,
  ): Promise<AcceptedReplayDto> {
    const { accepted, start } = await this.tenants.withTenant(orgId, async (tx) => {
      const begun = await begin(tx, await lockOriginal(tx), request);
      const location = `/v1/enrichments/${begun.accepted.enrichmentId}`;
      await this.answers.settle(tx, { status: 202, location, body: begun.accepted });
      return begun;
    });
    await this.starter.start(start);
    return accepted;
  }
}

/**
 * Writes a replay with its run.
 *
 * @throws DocketError `enrichment.not_replayable`, `enrichment.passages_erased`, `prompt.not_found`
 */
async function begin(
  tx: TenantTransaction,
  original: Enrichment,
  request: ReplayRequest,
): Promise<{ accepted: AcceptedReplayDto; start: RunStart }> {
  refuseImpossible(original);
  await refuseUnknownPrompt(tx, request.promptVersion);
  const passagesFrom = await passagesOf(tx, original, request.passages);
  const [id, runId] = [newId(), newId()];
  const number = await tx.replays.nextNumber(original.id);
  const subject = toTypeId('enrichment', original.id);
  const ids = { orgId: tx.orgId, ticketId: original.ticketId, enrichmentId: id, runId };
  const { requestId, traceparent } = currentLogContext();
  const start = await tx.runs.insert({
    id: runId,
    kind: ENRICHMENT_REPLAY,
    subjectKind: 'enrichment',
    subjectId: original.id,
    workflowId: enrichmentReplayWorkflowId(toTypeId('org', tx.orgId), subject, number),
    input: enrichmentReplayInput(ids, subject),
    requestId: requestId ?? runId,
    traceparent: traceparent ?? null,
  });
  const { promptVersion, model, trial } = request;
  const asked = { askedPromptVersion: promptVersion, askedModel: model };
  await tx.replays.insert(number, { id, runId, original, passagesFrom, ...asked, trial });
  tx.audit.append({
    action: trial ? 'prompt.test' : 'enrichment.replay',
    subject,
    after: { number, promptVersion, model, passages: passagesFrom },
  });
  const accepted = { enrichmentId: toTypeId('enrichment', id), replayOf: subject, number };
  return { accepted: { ...accepted, runId: toTypeId('run', runId) }, start };
}

function refuseImpossible({ replayOf, state }: Enrichment): void {
  if (replayOf !== null)
    throw new DocketError(
      'enrichment.not_replayable',
      `It is a replay itself. Replay what it is a replay of: ${toTypeId('enrichment', replayOf)}.`,
    );
  if (!enrichmentHasEnded(state))
    throw new DocketError(
      'enrichment.not_replayable',
      `It is ${state}: there is nothing to compare with yet. Replay it when it has ended.`,
    );
}

async function passagesOf(
  tx: TenantTransaction,
  { id, evidence, erasures }: Enrichment,
  asked: PassageSource | null,
): Promise<PassageSource> {
  if (asked === 'fresh') return 'fresh';
  const isWhole =
    evidence !== null && erasures === 0 && (await tx.evidence.countPassages(id)) >= (evidence.passages ?? 0);
  if (isWhole) return 'pinned';
  if (asked === null) return 'fresh';
  throw new DocketError(
    'enrichment.passages_erased',
    evidence === null
      ? 'It ended before it had any passages. Replay it with `fresh` ones.'
      : 'Passages that it saw have been erased since. Replay it with `fresh` ones.',
  );
}
