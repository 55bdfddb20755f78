import type { RunTable } from '@docket/db/tables/run';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import type { ExecutionEnd } from '../reconciler/closed-execution.js';
import { endUnwell } from '../ticket-enrichment/end-unwell.js';
import { verdictOfExecution } from '../ticket-enrichment/settle-enrichment.js';

/** Ends a replay, or the one enrichment of a run, whose execution closed without telling its rows. */
export async function settleReplay(tx: TenantTransaction, run: RunTable, end: ExecutionEnd): Promise<void> {
  const replay = await tx.enrichments.findByRun(run.id);
  const verdict = verdictOfExecution(end);
  if (replay && !enrichmentHasEnded(replay.state)) await endUnwell(tx, replay, verdict, new Date());
  else await tx.runs.end(run.id, { state: verdict.runState, error: verdict.error });
}
