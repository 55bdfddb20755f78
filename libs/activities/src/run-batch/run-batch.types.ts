/** Which batch an activity is about. */
export interface RunBatchSubject {
  /** Database ids. */
  orgId: string;
  batchId: string;
  runId: string;
}

/** What `runBatch` asks of the outside. Names are unique over all workers. */
export interface RunBatchActivities {
  /**
   * Acts on some hundred of the items that are left. `remaining` counts those that are left then; with `waitMs` there is
   * no room for more just now, and it is the time until the next try.
   */
  actOnRuns: (input: RunBatchSubject) => Promise<{ settled: number; remaining: number; waitMs: number }>;
  /** Notes that the batch is paused, or goes on. */
  noteRunBatchPause: (input: RunBatchSubject & { isPaused: boolean }) => Promise<void>;
  /** Writes how the batch ended; one that was cancelled leaves the items that are left alone. */
  endRunBatch: (input: RunBatchSubject & { outcome: 'completed' | 'cancelled' }) => Promise<void>;
}
