import { DocketError } from '@docket/domain/errors';
import type { TenantDatabase } from '../connection/tenant-database.js';
import { resumeRun } from './resume-run.js';
import type { Alongside, TakenUpBy, TakenUpRun } from './take-up.js';

/** Why it is not made again from a step on. */
export const DECISION_NOT_RERUNNABLE = 'A decision is made once. Enrich the ticket again.';

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
    return resumeRun(this.tenants, { orgId, runId, by }, alongside, async (tx) => {
      const wait = await tx.decisions.findByRun(runId);
      if (!wait || wait.decision !== null || wait.endedAt !== null)
        throw new DocketError('run.not_retryable', 'There is nothing left to decide on.');
      // No longer than was promised; that nobody has decided is known by now.
      const expireAfterMs = Math.max(0, wait.expiresAt.getTime() - Date.now());
      return { step: 'decide', toldOf: 'decide', input: { remindAfterMs: expireAfterMs, expireAfterMs } };
    });
  }
}
