import { DocketError } from '@docket/domain/errors';
import type { TenantDatabase } from '../connection/tenant-database.js';
import { resumeRun } from './resume-run.js';
import { runNotFound, type Alongside, type TakenUpBy, type TakenUpRun } from './take-up.js';

/** Why it is not made again from a step on. */
export const BATCH_NOT_RERUNNABLE = 'A batch is not done again. Make another.';

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
    return resumeRun(this.tenants, { orgId, runId, by }, alongside, async (tx) => {
      const batch = await tx.batches.findByRun(runId);
      if (!batch) throw runNotFound();
      if ((await tx.batches.pending(batch.id, 1)).length === 0)
        throw new DocketError('run.not_retryable', 'Nothing of the batch is left to do. Make another.');
      return { step: null, toldOf: 'act', input: {} };
    });
  }
}
