import { DocketError } from '@docket/domain/errors';
import type { TenantDatabase } from '../connection/tenant-database.js';
import { resumeRun } from './resume-run.js';
import type { Alongside, TakenUpBy, TakenUpRun } from './take-up.js';

/** Why it is not made again from a step on. */
export const ERASURE_NOT_RERUNNABLE = 'What is erased cannot be erased again.';

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
    return resumeRun(this.tenants, { orgId, runId, by }, alongside, async (_, { state }) => {
      if (state === 'succeeded')
        throw new DocketError('run.not_retryable', 'The document is erased. There is nothing left to do.');
      return { step: null, toldOf: 'rows', input: {} };
    });
  }
}
