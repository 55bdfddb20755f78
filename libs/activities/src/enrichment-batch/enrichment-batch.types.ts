import type { RunBatchSubject } from '../run-batch/run-batch.types.js';

/** What `enrichmentBatch` asks of the outside, beside what every batch does. */
export interface EnrichmentBatchActivities {
  /**
   * Begins as many enrichments as there is room for. `settled` counts those that were begun or refused, `remaining` the
   * tickets whose turn has not come and the enrichments under way; with `waitMs` there is no room for more just now, and it
   * is the time until the next look.
   */
  enrichTickets: (input: RunBatchSubject) => Promise<{ settled: number; remaining: number; waitMs: number }>;
}
