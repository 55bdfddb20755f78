import type { Enrichment } from '@docket/db/enrichments';
import type { TenantTransaction } from '@docket/db/tenant-transaction';

/** An end that brings no result: of the enrichment and of its run. */
export interface UnwellEnd {
  state: 'superseded' | 'cancelled' | 'failed';
  runState: 'cancelled' | 'failed' | 'terminated';
  error: { code: string; message: string };
}

/**
 * Writes an end without a result: enrichment, run and history in one transaction. An enrichment that was ready before
 * somebody asked for it to be made again is ready as before, and only its run says what went wrong. A repeat changes
 * nothing, since every move is conditional on the row being open.
 */
export async function endUnwell(
  tx: TenantTransaction,
  enrichment: Pick<Enrichment, 'id' | 'runId' | 'step' | 'result'>,
  { state, runState, error }: UnwellEnd,
  at: Date,
): Promise<void> {
  const isAsBefore = enrichment.result !== null && state !== 'superseded';
  await tx.enrichments.move(enrichment.id, isAsBefore ? { state: 'ready' } : { state, error });
  if (!(await tx.runs.end(enrichment.runId, { state: runState, error }))) return;
  await tx.runs.addEvents(enrichment.runId, [
    {
      at,
      step: enrichment.step ?? 'prepare',
      what: error.message,
      outcome: 'failed',
      detail: { code: error.code },
    },
  ]);
}
