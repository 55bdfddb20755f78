import { isDecided, type EnrichmentStep } from '@docket/domain/enrichment/state-rules';
import { DocketError, type ErrorCode } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { RunStart } from '../runs/run.repository.js';
import type { Enrichment } from '../tickets/enrichment.repository.js';
import { noteTakeUp, runNotFound, type Alongside, type TakeUp, type TakenUpRun } from './take-up.js';

/** How an ended enrichment is taken up again. */
export type EnrichmentTakeUp = TakeUp<EnrichmentStep>;

/** The answer itself was the failure: with it kept, a retry would fail the same way. */
const FAILED_BY_ITS_ANSWER: ReadonlySet<string> = new Set<ErrorCode>([
  'model.refused',
  'model.output_invalid',
  'model.output_truncated',
]);

/** A rerun from here on keeps the answers that are stored, and pays for none. */
const AFTER_ASKING: ReadonlySet<EnrichmentStep> = new Set(['check', 'repair', 'store']);

/** Takes ended enrichments up again. */
export class EnrichmentTakeUps {
  constructor(private readonly tenants: TenantDatabase) {}

  /**
   * Makes one new execution of an ended run possible, which keeps what is stored and still fits. A run that is open already
   * does what is asked for, and is left alone: of many calls at once, one is handed the start. Whoever gets it starts the
   * run once this has returned; the sweep starts what a crash leaves between.
   *
   * @throws DocketError `run.not_retryable`, `run.not_rerunnable` or `run.not_found`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: EnrichmentTakeUp,
    alongside: Alongside<TakenUpRun>,
  ): Promise<TakenUpRun> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const found = await lockRun(tx, runId);
      const start = found.ended ? await requeue(tx, runId, found.ended, request) : null;
      const taken = { runState: start ? ('queued' as const) : found.runState, start };
      await alongside(tx, taken);
      return taken;
    });
  }
}

async function requeue(
  tx: TenantTransaction,
  runId: string,
  { enrichment, isSameText }: EndedEnrichment,
  request: EnrichmentTakeUp,
): Promise<RunStart | null> {
  // Before the look at which enrichment counts: one that waits for a message batch does not.
  await tx.messageBatches.askAlone(enrichment.id);
  await assertPossible(tx, enrichment, request);
  const step = stepOf(enrichment, request, isSameText);
  if (!keepsAnswers(enrichment, request, isSameText)) await tx.modelCalls.setAside(enrichment.id);
  await tx.enrichments.move(enrichment.id, { state: 'queued', step });
  const start = await tx.runs.requeue(runId, step, { immediate: true }, request.by === 'policy');
  if (start) await noteTakeUp(tx, request, start, step);
  return start;
}

interface EndedEnrichment {
  enrichment: Enrichment;
  /** Whether the ticket says what it said when this was made. */
  isSameText: boolean;
}

/** Where the run is, and what it is about when it has ended. The ticket is locked first, as by whoever takes one up. */
async function lockRun(
  tx: TenantTransaction,
  runId: string,
): Promise<{ runState: RunState; ended: EndedEnrichment | null }> {
  const known = await tx.enrichments.findByRun(runId);
  const ticket = known && (await tx.tickets.lock(known.ticketId));
  const run = await tx.runs.lock(runId);
  if (!ticket || !run) throw runNotFound();
  const enrichment = runHasEnded(run.state) ? await tx.enrichments.lock(known.id) : null;
  const ended = enrichment && { enrichment, isSameText: enrichment.revision === ticket.revision };
  return { runState: run.state, ended };
}

/** Where the new execution begins: behind the passages that are pinned, where they still fit. */
function stepOf({ evidence }: Enrichment, request: EnrichmentTakeUp, isSameText: boolean): EnrichmentStep {
  if (!isSameText || evidence === null) return 'prepare';
  return request.kind === 'rerun' ? request.fromStep : 'ask';
}

function keepsAnswers({ errorCode }: Enrichment, request: EnrichmentTakeUp, isSameText: boolean): boolean {
  if (!isSameText) return false;
  return request.kind === 'rerun'
    ? AFTER_ASKING.has(request.fromStep)
    : !FAILED_BY_ITS_ANSWER.has(errorCode ?? '');
}

async function assertPossible(
  tx: TenantTransaction,
  enrichment: Enrichment,
  { kind }: EnrichmentTakeUp,
): Promise<void> {
  const code = kind === 'retry' ? 'run.not_retryable' : 'run.not_rerunnable';
  const current = await tx.enrichments.current(enrichment.ticketId);
  if (enrichment.state === 'superseded' || current?.id !== enrichment.id)
    throw new DocketError(
      code,
      `A newer enrichment took the place of this one. Enrich the ticket again with POST /v1/tickets/${toTypeId('ticket', enrichment.ticketId)}/enrichments.`,
    );
  if (enrichment.state === 'awaiting_decision' || isDecided(enrichment.state))
    throw new DocketError(
      code,
      `It is ${enrichment.state}: what people decide on stays as it is. Enrich the ticket again with POST /v1/tickets/${toTypeId('ticket', enrichment.ticketId)}/enrichments.`,
    );
  if (kind === 'retry' && enrichment.state === 'ready')
    throw new DocketError(
      code,
      'It is ready, and nothing failed. To make it again, use POST /v1/runs/{id}/rerun.',
    );
}
