import { runHasEnded } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { RunStart } from '../runs/run.repository.js';
import type { RunTable } from '../tables/run.table.js';
import { noteTakeUp, runNotFound, type Alongside, type TakenUpBy, type TakenUpRun } from './take-up.js';

/** How a run goes on that has no steps to choose from. */
export interface Resumption {
  /** Where its row stands; null where its workflow finds out by itself. */
  step: string | null;
  /** The step that the line of history is about. */
  toldOf: string;
  /** Changes to what its workflow is started with. */
  input: object;
}

/**
 * Makes one new execution of an ended run possible, which goes on from where the last one stopped. One that is open is left
 * alone.
 *
 * @param resumption says how, of a run that is locked and has ended, or throws why it cannot go on
 * @throws DocketError `run.not_found`, and those of `resumption`
 */
export async function resumeRun(
  tenants: TenantDatabase,
  { orgId, runId, by }: { orgId: string; runId: string; by: TakenUpBy },
  alongside: Alongside<TakenUpRun>,
  resumption: (tx: TenantTransaction, run: RunTable) => Promise<Resumption>,
): Promise<TakenUpRun> {
  return tenants.withTenant(orgId, async (tx) => {
    const run = await tx.runs.lock(runId);
    if (!run) throw runNotFound();
    const start = runHasEnded(run.state) ? await requeue(tx, run, by, await resumption(tx, run)) : null;
    const taken = { runState: start ? ('queued' as const) : run.state, start };
    await alongside(tx, taken);
    return taken;
  });
}

async function requeue(
  tx: TenantTransaction,
  { id }: RunTable,
  by: TakenUpBy,
  { step, toldOf, input }: Resumption,
): Promise<RunStart | null> {
  const start = await tx.runs.requeue(id, step, input, by === 'policy');
  if (start) await noteTakeUp(tx, { kind: 'retry', by }, start, toldOf);
  return start;
}
