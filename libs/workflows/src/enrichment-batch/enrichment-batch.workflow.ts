import type {
  EnrichmentBatchActivities,
  EnrichTicketsInput,
  MessageBatchActivities,
  MessageBatchesUnderWay,
} from '@docket/activities/enrichment-batch/types';
import type { RunBatchSubject } from '@docket/activities/run-batch/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import { underLimit } from '../batch/under-limit.js';
import { BATCH_RETRY, workOffBatch, type BatchStory } from '../batch/work-off-batch.js';
import type { EnrichmentBatchInput, EnrichmentBatchResult } from './enrichment-batch.contract.js';

/** 1 is the highest and 3 the default: what somebody waits for goes first. */
const BEHIND_SINGLE_TICKETS = { priorityKey: 4 };

const { enrichTickets } = proxyActivities<EnrichmentBatchActivities>({
  taskQueue: QUEUES.main,
  // Some dozen tickets, each some tens of milliseconds when all is well.
  startToCloseTimeout: '5m',
  // It beats with every ticket; a worker that says nothing for longer is dead.
  heartbeatTimeout: '10s',
  retry: BATCH_RETRY,
  priority: BEHIND_SINGLE_TICKETS,
});

const { submitMessageBatch, collectMessageBatches } = proxyActivities<MessageBatchActivities>({
  // The workers that may call a provider.
  taskQueue: QUEUES.model,
  // Some hundred questions that are built and go up, or some hundred results that are stored: seconds when all is well.
  startToCloseTimeout: '15m',
  heartbeatTimeout: '10s',
  retry: BATCH_RETRY,
  priority: BEHIND_SINGLE_TICKETS,
});

// A hundred thousand tickets may take days; it goes on with whatever build is current.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, enrichmentBatch);
/**
 * Enriches every ticket of a batch, so many at a time, each in a workflow of its own. It ends when the last enrichment has
 * ended; cancelled, it begins no more, and what is under way goes on to its end. One that may wait has its questions asked
 * in message batches, where the provider has such, and follows these to their end also while it is paused.
 */
export async function enrichmentBatch(input: EnrichmentBatchInput): Promise<EnrichmentBatchResult> {
  return workOffBatch(input, input.mayWait ? inMessageBatches() : { actOnItems: beginner() });
}

function inMessageBatches(): BatchStory {
  const begin = beginner();
  return {
    async actOnItems(subject, summary) {
      const sent = await submitMessageBatch.executeWithOptions({ summary }, [subject]);
      const { underWay, waitMs } = await collected(subject, summary, false);
      const begun = await begin({ ...subject, mayWait: sent.isOffered }, summary);
      const least = Math.max(begun.waitMs, sent.waitMs);
      if (begun.remaining > 0) return { ...begun, waitMs: least };
      // What was sent was paid for though its tickets all changed meanwhile. It is followed to its end, and nothing else moves.
      return { ...begun, remaining: underWay, waitMs: least > 0 ? Math.max(least, waitMs) : least };
    },
    followUp: collected,
  };
}

function beginner() {
  return underLimit((round: EnrichTicketsInput, summary) =>
    enrichTickets.executeWithOptions({ summary }, [round]),
  );
}

async function collected(
  subject: RunBatchSubject,
  summary: string,
  isCancelled: boolean,
): Promise<MessageBatchesUnderWay> {
  return collectMessageBatches.executeWithOptions({ summary }, [{ ...subject, isCancelled }]);
}
