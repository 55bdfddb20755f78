import type { RunStart } from '@docket/db/runs';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import { ClearLeftovers, type LeftoverDependencies } from './clear-leftovers.activity.js';
import type { TakeUpRun } from '../take-up/take-up-run.js';
import { evaluateAlerts, type AlertEvaluation } from './evaluate-alerts.activity.js';
import { finishDecisions, type DecisionFinishing } from './finish-decisions.activity.js';
import { removeExpiredRows } from './remove-expired-rows.activity.js';
import { retryFailedRuns } from './retry-failed-runs.activity.js';
import type { SweepActivities } from './sweep.types.js';

export interface SweepDependencies extends LeftoverDependencies, DecisionFinishing, AlertEvaluation {
  system: SystemDatabase;
  tenants: TenantDatabase;
  /** Starts the workflow of a run, whatever its kind; one that runs already is left as it is. */
  startRun(run: RunStart): Promise<void>;
  /** How ended runs are taken up again, by kind; a kind without one waits for a person. */
  takeUps: Readonly<Record<string, TakeUpRun>>;
}

/**
 * A run that is queued for longer than this was left behind, waits for its upload, or stands in a long queue: each may be
 * looked at once. Short enough for the few that were left, long enough not to look at a whole backlog.
 */
const UNSTARTED_AFTER_SECONDS = 60;
/** Runs made sure of by one sweep, each a call of a few milliseconds; the next sweep takes the next. */
const MOST_AT_ONCE = 500;

/** The activities of `sweep`, bound to what they need. */
export function createSweepActivities(on: SweepDependencies): SweepActivities {
  const leftovers = new ClearLeftovers(on);
  return {
    /**
     * Starts what a crash left between the row and the start. A run that was started at once is found running, which
     * costs one call, once per run.
     */
    async startUnstartedRuns() {
      const left = await on.system.unstartedRuns(UNSTARTED_AFTER_SECONDS, MOST_AT_ONCE);
      for (const { orgId, runId } of left) {
        Context.current().heartbeat();
        await makeSure(on, orgId, runId);
      }
      return { started: left.length };
    },
    removeExpiredRows: () => removeExpiredRows(on),
    clearLeftovers: () => leftovers.run(),
    retryFailedRuns: () => retryFailedRuns(on),
    finishDecisions: () => finishDecisions(on),
    evaluateAlerts: () => evaluateAlerts(on),
  };
}

async function makeSure(on: SweepDependencies, orgId: string, runId: string): Promise<void> {
  const start = await on.tenants.withTenant(orgId, (tx) => tx.runs.findStart(runId));
  try {
    if (start) await on.startRun(start);
  } catch (error) {
    // One that cannot be started must not stand before all the others; it is tried again when they have had their turn.
    Context.current().log.warn('run could not be started', { runId: toTypeId('run', runId), error });
  }
  await on.tenants.withTenant(orgId, (tx) => tx.runs.markSwept(runId));
}
