import type { TicketEnrichmentDependencies } from '../ticket-enrichment/ticket-enrichment.dependencies.js';
import type { EnrichmentReplayActivities } from './enrichment-replay.types.js';
import { PrepareReplay } from './prepare-replay.activity.js';

/** The activities that only `enrichmentReplay` has, bound to what they need. */
export function createEnrichmentReplayActivities(
  on: TicketEnrichmentDependencies,
): EnrichmentReplayActivities {
  const prepare = new PrepareReplay(on);
  return { prepareReplay: (input) => prepare.run(input) };
}
