import type { EnrichmentSubject } from '../ticket-enrichment/ticket-enrichment.types.js';

export interface PrepareReplayResult {
  /** What the model is asked about is pinned; or somebody ended it, and there is nothing to do. */
  outcome: 'prepared' | 'ended';
}

/** What `enrichmentReplay` asks of the outside beside the activities of an enrichment. */
export interface EnrichmentReplayActivities {
  /** A repeat finds what is pinned. */
  prepareReplay: (input: EnrichmentSubject) => Promise<PrepareReplayResult>;
}
