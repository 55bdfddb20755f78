import type { RunTable } from '@docket/db/tables/run';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { Execution } from './closed-execution.js';

/** Rows are told before an execution completes; this much later nothing is on its way any longer. */
const GRACE_MS = 15 * 60_000;

/**
 * Whether an open run was forgotten: the execution that worked on it completed a while ago, and did not say what became of
 * it. A run that waits for its start is left to whoever starts it, and so is one that this execution never worked on, since
 * those of a ticket share a workflow.
 */
export async function isForgotten(
  tx: TenantTransaction,
  run: RunTable,
  { status, closedAt, temporalRunId }: Execution,
  now: Date,
): Promise<boolean> {
  if (status !== 'completed' || closedAt === null) return false;
  if (run.state !== 'running' && run.state !== 'waiting') return false;
  if (closedAt < run.queuedAt || now.getTime() - closedAt.getTime() < GRACE_MS) return false;
  const executions = await tx.runs.executionsOf([run.id]);
  return executions.some((known) => known.temporalRunId === temporalRunId);
}
