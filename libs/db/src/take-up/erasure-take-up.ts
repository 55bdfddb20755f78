import { DocketError } from '@docket/domain/errors';
import { runHasEnded } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import { auditTakeUp, takenUpWords, type Alongside, type TakenUpBy, type TakenUpRun } from './take-up.js';

/** Takes erasures up again that somebody terminated in Temporal, or that took longer than they may. */
export class ErasureTakeUps {
  constructor(private readonly tenants: TenantDatabase) {}

  /**
   * Makes one new execution possible, which goes on behind what is gone. One that is open is left alone.
   *
   * @throws DocketError `run.not_retryable` when it has succeeded, `run.not_found`
   */
  async takeUp(
    orgId: string,
    runId: string,
    by: TakenUpBy,
    alongside: Alongside<TakenUpRun>,
  ): Promise<TakenUpRun> {
    const request = { kind: 'retry', by } as const;
    return this.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.lock(runId);
      if (!run) throw new DocketError('run.not_found', 'There is no such run. Check the id.');
      if (run.state === 'succeeded')
        throw new DocketError('run.not_retryable', 'The document is erased. There is nothing left to do.');
      const start = runHasEnded(run.state) ? await tx.runs.requeue(runId, null, {}, by === 'policy') : null;
      if (start) {
        auditTakeUp(tx, request, start);
        const what = takenUpWords(request);
        const attempt = start.attempts;
        await tx.runs.addEvents(runId, [{ at: new Date(), step: 'rows', what, outcome: 'started', attempt }]);
      }
      const taken = { runState: start ? ('queued' as const) : run.state, start };
      await alongside(tx, taken);
      return taken;
    });
  }
}
