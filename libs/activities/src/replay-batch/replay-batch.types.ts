import type { RunBatchSubject } from '../run-batch/run-batch.types.js';

/** What `replayBatch` asks of the outside, beside what every batch does. */
export interface ReplayBatchActivities {
  /**
   * Begins as many replays as there is room for. `settled` counts those that were begun or refused, `remaining` the
   * enrichments whose turn has not come and the replays under way; `waitMs` is the time until the next look.
   */
  replayEnrichments: (
    input: RunBatchSubject,
  ) => Promise<{ settled: number; remaining: number; waitMs: number }>;
}
