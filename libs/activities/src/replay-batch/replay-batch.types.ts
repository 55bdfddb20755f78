import type { BeginEnrichmentsInput, EnrichmentsBegun } from '../batch/begin-enrichments.types.js';

/** What `replayBatch` asks of the outside, beside what every batch does. */
export interface ReplayBatchActivities {
  /** Begins as many replays as there is room for. */
  replayEnrichments: (input: BeginEnrichmentsInput) => Promise<EnrichmentsBegun>;
}
