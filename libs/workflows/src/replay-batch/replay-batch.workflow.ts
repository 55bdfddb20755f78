import type { BeginEnrichmentsInput } from '@docket/activities/batch/types';
import type { ReplayBatchActivities } from '@docket/activities/replay-batch/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import { underLimit } from '../batch/under-limit.js';
import { BATCH_RETRY, workOffBatch } from '../batch/work-off-batch.js';
import type { ReplayBatchInput, ReplayBatchResult } from './replay-batch.contract.js';

// The limits of `enrichTickets`, for work of the same kind.
const { replayEnrichments } = proxyActivities<ReplayBatchActivities>({
  taskQueue: QUEUES.main,
  startToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  retry: BATCH_RETRY,
  // 1 is the highest and 3 the default: what somebody waits for goes first.
  priority: { priorityKey: 4 },
});

// A hundred thousand replays may take days; it goes on with whatever build is current.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, replayBatch);
/**
 * Replays every enrichment of a batch, so many at a time, each in a workflow of its own, and ends when the last replay has
 * ended. Nothing of what is replayed changes; cancelled, it begins no more.
 */
export async function replayBatch(input: ReplayBatchInput): Promise<ReplayBatchResult> {
  return workOffBatch(input, {
    actOnItems: underLimit((round: BeginEnrichmentsInput, summary) =>
      replayEnrichments.executeWithOptions({ summary }, [round]),
    ),
  });
}
