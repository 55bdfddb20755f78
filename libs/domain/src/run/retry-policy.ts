/**
 * What Docket takes up again by itself after a run has failed for good. Within a run every call has its own retries; this is
 * what comes after them, hours long, for causes that pass. What only another file, another setting or another release
 * mends is not in the table: it waits for a person.
 */
export interface RetryRule {
  /** Before the first retry, in the middle; each later one waits `factor` times longer, up to `mostSeconds`. */
  firstSeconds: number;
  factor: number;
  mostSeconds: number;
  /** How often the same failure is tried again. With the next one the work is set aside. */
  times: number;
}

const HOUR = 3_600;

/** A store or a parser that was away is back within minutes as a rule, and costs nothing to ask. */
const NEARBY: RetryRule = { firstSeconds: 120, factor: 3, mostSeconds: 2 * HOUR, times: 6 };
/** A provider was waited for inside the run already, a day long by default. */
const PROVIDER: RetryRule = { firstSeconds: 900, factor: 2, mostSeconds: 6 * HOUR, times: 5 };
/** Nobody knows why: once or twice more tells an accident from a defect. */
const UNKNOWN: RetryRule = { firstSeconds: 600, factor: 3, mostSeconds: HOUR, times: 2 };
/** An erasure is owed to somebody: it is tried for days. */
const OWED: RetryRule = { firstSeconds: 120, factor: 2, mostSeconds: HOUR, times: 20 };

const BY_CODE: Readonly<Record<string, RetryRule>> = {
  'storage.unavailable': NEARBY,
  'parser.unavailable': NEARBY,
  'service.unavailable': NEARBY,
  'embedding.unavailable': PROVIDER,
  'model.unavailable': PROVIDER,
  'model.overloaded': PROVIDER,
  'model.rate_limited': PROVIDER,
  'model.timeout': PROVIDER,
  'run.timed_out': UNKNOWN,
  'run.failed': UNKNOWN,
};

/** By kind of run, where it differs. */
const BY_KIND: Readonly<Record<string, Readonly<Record<string, RetryRule>>>> = {
  documentErasure: { 'storage.unavailable': OWED, 'run.timed_out': OWED, 'run.failed': OWED },
};

/** Retries without a success and without a person, whatever the failures: two that take turns end too. */
const MOST_IN_A_ROW = 25;

/** A run that has just failed. */
export interface FailedRun {
  kind: string;
  code: string;
  /** How often in a row it has failed with this code, this time included. */
  sameFailures: number;
  /** How often in a row it has been retried by itself. */
  automaticRetries: number;
}

/** What follows a failure: a retry in so many seconds; none, because it was tried often enough; none at all. */
export type AfterFailure = { kind: 'retry'; seconds: number } | { kind: 'set_aside' } | { kind: 'wait' };

/** The rule for a kind and a code; null for what does not pass by itself. */
export function retryRule(kind: string, code: string): RetryRule | null {
  return own(own(BY_KIND, kind) ?? {}, code) ?? own(BY_CODE, code) ?? null;
}

/**
 * What is done about a failure. Waits are spread over half to one and a half times their length, so that what failed
 * together does not come back together.
 *
 * @param random uniform in [0, 1)
 */
export function afterFailure(run: FailedRun, random: number): AfterFailure {
  const rule = retryRule(run.kind, run.code);
  if (!rule) return { kind: 'wait' };
  if (run.sameFailures > rule.times || run.automaticRetries >= MOST_IN_A_ROW) return { kind: 'set_aside' };
  const middle = Math.min(rule.mostSeconds, rule.firstSeconds * rule.factor ** (run.sameFailures - 1));
  return { kind: 'retry', seconds: Math.round(middle * (0.5 + random)) };
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
