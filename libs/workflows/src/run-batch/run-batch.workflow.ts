import type { RunBatchActivities } from '@docket/activities/run-batch/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import { BATCH_RETRY, workOffBatch } from '../batch/work-off-batch.js';
import type { RunBatchInput, RunBatchResult } from './run-batch.contract.js';

const { actOnRuns } = proxyActivities<RunBatchActivities>({
  taskQueue: QUEUES.main,
  // Some hundred runs, each some tens of milliseconds when all is well.
  startToCloseTimeout: '5m',
  // It beats with every run; a worker that says nothing for longer is dead.
  heartbeatTimeout: '30s',
  retry: BATCH_RETRY,
  // 1 is the highest and 3 the default: what somebody waits for goes first.
  priority: { priorityKey: 4 },
});

// A pause may last for days; it goes on with whatever build is current.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, runBatch);
/** Acts on every run of a batch once, some hundred in a round, until each has an outcome. */
export async function runBatch(input: RunBatchInput): Promise<RunBatchResult> {
  return workOffBatch(input, {
    actOnItems: (subject, summary) => actOnRuns.executeWithOptions({ summary }, [subject]),
  });
}
