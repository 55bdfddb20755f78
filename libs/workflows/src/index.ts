/** Every workflow that a worker on the queue `main` runs: the entry of the bundle. */
export { documentErasure } from './document-erasure/document-erasure.workflow.js';
export { documentIngest } from './document-ingest/document-ingest.workflow.js';
export { enrichmentBatch } from './enrichment-batch/enrichment-batch.workflow.js';
export { enrichmentDecision } from './enrichment-decision/enrichment-decision.workflow.js';
export { enrichmentReplay } from './enrichment-replay/enrichment-replay.workflow.js';
export { reembedding } from './reembedding/reembedding.workflow.js';
export { replayBatch } from './replay-batch/replay-batch.workflow.js';
export { runBatch } from './run-batch/run-batch.workflow.js';
export { sweep } from './sweep/sweep.workflow.js';
export { webhookDelivery } from './webhook-delivery/webhook-delivery.workflow.js';
export { ticketEnrichment } from './ticket-enrichment/ticket-enrichment.workflow.js';
