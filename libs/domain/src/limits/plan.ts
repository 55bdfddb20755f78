/** The plans there are; what each allows is data. */
export const PLANS = ['free', 'team', 'enterprise'] as const;

export type Plan = (typeof PLANS)[number];

/** What a plan allows; null is without a limit. */
export interface PlanLimits {
  /** Of all callers of an organisation together. */
  requestsPerMinute: number | null;
  /** Of one key or person in it. */
  requestsPerMinutePerCaller: number | null;
  /** Runs that have begun and not ended, erasures apart. */
  concurrentRuns: number | null;
  documents: number | null;
  storageBytes: number | null;
  tokensPerDay: number | null;
}

/** What an organisation uses of it. */
export interface PlanUsage {
  concurrentRuns: number;
  documents: number;
  storageBytes: number;
  /** Spent on models since midnight UTC. */
  tokensToday: number;
  costMicrosToday: number;
}
