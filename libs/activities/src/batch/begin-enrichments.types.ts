import type { ConcurrencyLimit } from '@docket/domain/limits/concurrency-limit';
import type { RunBatchSubject } from '../run-batch/run-batch.types.js';

export interface BeginEnrichmentsInput extends RunBatchSubject {
  /** As the round before left it; none in the first. */
  limit?: ConcurrencyLimit | undefined;
}

/** What a round of a batch of enrichments, or of replays, came to. */
export interface EnrichmentsBegun {
  /** Items that were begun or refused. */
  settled: number;
  /** Items whose turn has not come, and enrichments under way. */
  remaining: number;
  /** Milliseconds until the next look; 0 when there is something to do at once. */
  waitMs: number;
  /** How many may be under way in the next round. */
  limit: ConcurrencyLimit;
}
