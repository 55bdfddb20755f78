import type { SweepActivities } from '@docket/activities/sweep/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { patched, proxyActivities, setWorkflowOptions } from '@temporalio/workflow';

const {
  startUnstartedRuns,
  removeExpiredRows,
  clearLeftovers,
  retryFailedRuns,
  finishDecisions,
  evaluateAlerts,
} = proxyActivities<SweepActivities>({
  taskQueue: QUEUES.main,
  startToCloseTimeout: '50s',
  heartbeatTimeout: '10s',
  // The next sweep is a minute away: what does not work now is left to it.
  retry: { maximumAttempts: 3 },
});

// It lasts seconds, and should be as good as the newest build.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, sweep);
/**
 * Makes good what a crash left between a row and the start of its run, removes what nobody will read, and takes up again
 * what failed for a cause that passes; and sees whether somebody is to be alerted. Started by a Schedule; repeating it is harmless.
 */
export async function sweep(): Promise<void> {
  // A sweep lasts seconds: the old way may go with the next release. Each marker stays where histories have it, behind the
  // part before it.
  const parts: (() => Promise<unknown>)[] = [
    startUnstartedRuns,
    async () => patched('remove-expired-rows') && removeExpiredRows(),
    async () => patched('clear-leftovers') && clearLeftovers(),
    async () => patched('retry-failed-runs') && retryFailedRuns(),
    async () => patched('finish-decisions') && finishDecisions(),
    async () => patched('evaluate-alerts') && evaluateAlerts(),
  ];
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      // What one part cannot do is no reason to leave the others undone.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
