import { CollectMessageBatches } from './collect-message-batches.activity.js';
import { EnrichTickets } from './enrich-tickets.activity.js';
import type { EnrichmentBatchDependencies } from './enrichment-batch.dependencies.js';
import type { EnrichmentBatchActivities, MessageBatchActivities } from './enrichment-batch.types.js';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';
import { SubmitMessageBatch } from './submit-message-batch.activity.js';

/** The activities of `enrichmentBatch` that are its own, bound to what they need. */
export function createEnrichmentBatchActivities(on: EnrichmentBatchDependencies): EnrichmentBatchActivities {
  const enriching = new EnrichTickets(on);
  return { enrichTickets: (input) => enriching.run(input) };
}

/** The activities of message batches, bound to what they need. */
export function createMessageBatchActivities(on: MessageBatchDependencies): MessageBatchActivities {
  const submitting = new SubmitMessageBatch(on);
  const collecting = new CollectMessageBatches(on);
  return {
    submitMessageBatch: (input) => submitting.run(input),
    collectMessageBatches: (input) => collecting.run(input),
  };
}
