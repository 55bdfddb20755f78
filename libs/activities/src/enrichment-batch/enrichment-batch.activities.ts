import { EnrichTickets } from './enrich-tickets.activity.js';
import type { EnrichmentBatchDependencies } from './enrichment-batch.dependencies.js';
import type { EnrichmentBatchActivities } from './enrichment-batch.types.js';

/** The activities of `enrichmentBatch` that are its own, bound to what they need. */
export function createEnrichmentBatchActivities(on: EnrichmentBatchDependencies): EnrichmentBatchActivities {
  const enriching = new EnrichTickets(on);
  return { enrichTickets: (input) => enriching.run(input) };
}
