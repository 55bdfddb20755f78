import type { Enrichment } from '@docket/db/enrichments';
import type { RunStart } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { ENRICHMENT_STEPS, type EnrichmentStep } from '@docket/domain/enrichment/state-rules';
import { DocketError, type ErrorCode } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { RunStarter } from '../runs/run-starter.js';
import { takeUpEvent } from '../runs/take-up-event.js';

/** How an ended enrichment is taken up again. */
export type TakeUp = { kind: 'retry' } | { kind: 'rerun'; fromStep: EnrichmentStep };

/** The answer itself was the failure: with it kept, a retry would fail the same way. */
const FAILED_BY_ITS_ANSWER: ReadonlySet<string> = new Set<ErrorCode>([
  'model.refused',
  'model.output_invalid',
  'model.output_truncated',
]);

/** A rerun from here on keeps the answers that are stored, and pays for none. */
const AFTER_ASKING: ReadonlySet<EnrichmentStep> = new Set(['check', 'repair', 'store']);

/** Takes ended enrichments up again. */
@Injectable()
export class EnrichmentRuns {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {}

  /**
   * Makes one new execution of an ended run, which keeps what is stored and still fits. A run that is open already does
   * what is asked for, and is left alone: of many calls at once, one begins the execution. Rows first; the sweep starts
   * what a crash leaves between.
   *
   * `answerOf` says what the client is answered: a repeat of its request gets that, and no second execution.
   *
   * @throws DocketError `run.not_retryable` or `run.not_rerunnable`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: TakeUp,
    answerOf: (state: RunState) => Answer,
  ): Promise<RunState> {
    const { start, state } = await this.tenants.withTenant(orgId, async (tx) => {
      const begun = await requeue(tx, runId, request);
      if (begun) tx.audit.append(takeUpEvent(runId, request, begun));
      const now = (await tx.runs.find(runId))?.state ?? 'queued';
      await this.answers.settle(tx, answerOf(now));
      return { start: begun, state: now };
    });
    if (start) await this.starter.start(start);
    return state;
  }
}

async function requeue(tx: TenantTransaction, runId: string, request: TakeUp): Promise<RunStart | null> {
  const found = await lockEnded(tx, runId);
  if (!found) return null;
  const { enrichment, isSameText } = found;
  await assertPossible(tx, enrichment, request);
  const step = stepOf(enrichment, request, isSameText);
  if (!keepsAnswers(enrichment, request, isSameText)) await tx.modelCalls.setAside(enrichment.id);
  await tx.enrichments.move(enrichment.id, { state: 'queued', step });
  const start = await tx.runs.requeue(runId, step, { immediate: true });
  const what = request.kind === 'rerun' ? `Made again from ${request.fromStep}` : 'Retried by hand';
  await tx.runs.addEvents(runId, [
    { at: new Date(), step, what, outcome: 'started', attempt: start?.attempts ?? 1 },
  ]);
  return start;
}

/** Null for a run that is open. The ticket is locked first, as whoever takes an enrichment up does. */
async function lockEnded(
  tx: TenantTransaction,
  runId: string,
): Promise<{ enrichment: Enrichment; isSameText: boolean } | null> {
  const known = await tx.enrichments.findByRun(runId);
  const ticket = known && (await tx.tickets.lock(known.ticketId));
  const run = await tx.runs.lock(runId);
  if (!ticket || !run) throw notFound('run');
  const enrichment = runHasEnded(run.state) ? await tx.enrichments.lock(known.id) : null;
  return enrichment && { enrichment, isSameText: enrichment.revision === ticket.revision };
}

/** Where the new execution begins: behind the passages that are pinned, where they still fit. */
function stepOf({ evidence }: Enrichment, request: TakeUp, isSameText: boolean): EnrichmentStep {
  if (!isSameText || evidence === null) return 'prepare';
  return request.kind === 'rerun' ? request.fromStep : 'ask';
}

function keepsAnswers({ errorCode }: Enrichment, request: TakeUp, isSameText: boolean): boolean {
  if (!isSameText) return false;
  return request.kind === 'rerun'
    ? AFTER_ASKING.has(request.fromStep)
    : !FAILED_BY_ITS_ANSWER.has(errorCode ?? '');
}

async function assertPossible(
  tx: TenantTransaction,
  enrichment: Enrichment,
  { kind }: TakeUp,
): Promise<void> {
  const code = kind === 'retry' ? 'run.not_retryable' : 'run.not_rerunnable';
  const current = await tx.enrichments.current(enrichment.ticketId);
  if (enrichment.state === 'superseded' || current?.id !== enrichment.id)
    throw new DocketError(
      code,
      `A newer enrichment took the place of this one. Enrich the ticket again with POST /v1/tickets/${toTypeId('ticket', enrichment.ticketId)}/enrichments.`,
    );
  if (kind === 'retry' && enrichment.state === 'ready')
    throw new DocketError(
      code,
      'It is ready, and nothing failed. To make it again, use POST /v1/runs/{id}/rerun.',
    );
}

export function isEnrichmentStep(step: string): step is EnrichmentStep {
  return (ENRICHMENT_STEPS as readonly string[]).includes(step);
}
