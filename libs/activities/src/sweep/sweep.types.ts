/** What the sweep asks of the outside. */
export interface SweepActivities {
  /** Returns how many runs it made sure of. */
  startUnstartedRuns: () => Promise<{ started: number }>;
}
