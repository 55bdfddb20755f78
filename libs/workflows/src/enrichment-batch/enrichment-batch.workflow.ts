import type { EnrichmentBatchActivities } from '@docket/activities/enrichment-batch/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import { BATCH_RETRY, workOffBatch } from '../batch/work-off-batch.js';
import type { EnrichmentBatchInput, EnrichmentBatchResult } from './enrichment-batch.contract.js';

const { enrichTickets } = proxyActivities<EnrichmentBatchActivities>({
  taskQueue: QUEUES.main,
  // Some dozen tickets, each some tens of milliseconds when all is well.
  startToCloseTimeout: '5m',
  // It beats with every ticket; a worker that says nothing for longer is dead.
  heartbeatTimeout: '30s',
  retry: BATCH_RETRY,
  // 1 is the highest and 3 the default: what somebody waits for goes first.
  priority: { priorityKey: 4 },
});

// A hundred thousand tickets may take days; it goes on with whatever build is current.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, enrichmentBatch);
/**
 * Enriches every ticket of a batch, so many at a time, each in a workflow of its own. It ends when the last enrichment has
 * ended; cancelled, it begins no more, and what is under way goes on to its end.
 */
export async function enrichmentBatch(input: EnrichmentBatchInput): Promise<EnrichmentBatchResult> {
  return workOffBatch(input, (subject, summary) => enrichTickets.executeWithOptions({ summary }, [subject]));
}
