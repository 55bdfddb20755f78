/** What the sweep asks of the outside. */
export interface SweepActivities {
  /** Returns how many runs it made sure of. */
  startUnstartedRuns: () => Promise<{ started: number }>;
  /** Returns how many rows it removed. */
  removeExpiredRows: () => Promise<{ removed: number }>;
  /** Returns how many staging objects and how many second looks it was done with. */
  clearLeftovers: () => Promise<{ uploads: number; late: number }>;
  /** Returns how many failed runs it took up again, and how many it left to people. */
  retryFailedRuns: () => Promise<{ retried: number; setAside: number }>;
  /** Returns how many decisions it looked after. */
  finishDecisions: () => Promise<{ looked: number }>;
  /** Returns how many rules it looked at, and how many of them began or ceased to fire. */
  evaluateAlerts: () => Promise<{ rules: number; changed: number }>;
}
