import { DocketError } from '@docket/domain/errors';
import { runHasEnded } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import { auditTakeUp, takenUpWords, type Alongside, type TakenUpBy, type TakenUpRun } from './take-up.js';

/** Takes batches up again that somebody terminated in Temporal: they go on with the items that are left. */
export class BatchTakeUps {
  constructor(private readonly tenants: TenantDatabase) {}

  /**
   * Makes one new execution possible. One that is open is left alone.
   *
   * @throws DocketError `run.not_retryable` when nothing is left of it, `run.not_found`
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
      const batch = run && (await tx.batches.findByRun(runId));
      if (!batch) throw new DocketError('run.not_found', 'There is no such run. Check the id.');
      const isOver = runHasEnded(run.state);
      if (isOver && (await tx.batches.pending(batch.id, 1)).length === 0)
        throw new DocketError('run.not_retryable', 'Nothing of the batch is left to do. Make another.');
      const start = isOver ? await tx.runs.requeue(runId, null, {}, by === 'policy') : null;
      if (start) {
        auditTakeUp(tx, request, start);
        const [what, attempt] = [takenUpWords(request), start.attempts];
        await tx.runs.addEvents(runId, [{ at: new Date(), step: 'act', what, outcome: 'started', attempt }]);
      }
      const taken = { runState: start ? ('queued' as const) : run.state, start };
      await alongside(tx, taken);
      return taken;
    });
  }
}
