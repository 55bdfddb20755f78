import type { RunTable } from '@docket/db/tables/run';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { ExecutionEnd } from '../reconciler/closed-execution.js';
import { endUnwell, type UnwellEnd } from './end-unwell.js';

/**
 * Ends what an execution had in hand that closed without telling its rows: the one it worked on and the one that waited.
 * One that was written after the close is not its own; whoever starts that one begins another execution.
 */
export async function settleEnrichment(
  tx: TenantTransaction,
  run: RunTable,
  end: ExecutionEnd,
): Promise<void> {
  for (const enrichment of await tx.enrichments.lockOpen(run.subjectId)) {
    const own = await tx.runs.find(enrichment.runId);
    if (own && end.closedAt && own.queuedAt > end.closedAt) continue;
    await endUnwell(tx, enrichment, verdictOfExecution(end), new Date());
  }
}

/** What a close that its own code had no word in means for an enrichment. */
export function verdictOfExecution({ status, code, message }: ExecutionEnd): UnwellEnd {
  const error = { code, message };
  if (status === 'terminated' || status === 'cancelled')
    return { state: 'cancelled', runState: status, error };
  return { state: 'failed', runState: 'failed', error };
}
