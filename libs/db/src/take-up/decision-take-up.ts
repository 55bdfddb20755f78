import { DocketError } from '@docket/domain/errors';
import { runHasEnded } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { RunStart } from '../runs/run.repository.js';
import { auditTakeUp, takenUpWords, type Alongside, type TakenUpBy, type TakenUpRun } from './take-up.js';

/** Takes waits for a decision up again that somebody ended in Temporal. */
export class DecisionTakeUps {
  constructor(private readonly tenants: TenantDatabase) {}

  /**
   * Makes one new execution possible, which waits for what is left of the time. One that is open is left alone.
   *
   * @throws DocketError `run.not_retryable` where there is nothing left to decide on, `run.not_found`
   */
  async takeUp(
    orgId: string,
    runId: string,
    by: TakenUpBy,
    alongside: Alongside<TakenUpRun>,
  ): Promise<TakenUpRun> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.lock(runId);
      if (!run) throw new DocketError('run.not_found', 'There is no such run. Check the id.');
      const start = runHasEnded(run.state) ? await requeue(tx, runId, by) : null;
      const taken = { runState: start ? ('queued' as const) : run.state, start };
      await alongside(tx, taken);
      return taken;
    });
  }
}

async function requeue(tx: TenantTransaction, runId: string, by: TakenUpBy): Promise<RunStart | null> {
  const request = { kind: 'retry', by } as const;
  const wait = await tx.decisions.findByRun(runId);
  if (!wait || wait.decision !== null || wait.endedAt !== null)
    throw new DocketError('run.not_retryable', 'There is nothing left to decide on.');
  // No longer than was promised; that nobody has decided is known by now.
  const expireAfterMs = Math.max(0, wait.expiresAt.getTime() - Date.now());
  const input = { remindAfterMs: expireAfterMs, expireAfterMs };
  const start = await tx.runs.requeue(runId, 'decide', input, by === 'policy');
  if (!start) return null;
  auditTakeUp(tx, request, start);
  const { attempts: attempt } = start;
  await tx.runs.addEvents(runId, [
    { at: new Date(), step: 'decide', what: takenUpWords(request), outcome: 'started', attempt },
  ]);
  return start;
}
