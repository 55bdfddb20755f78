/**
 * How fast a provider may be asked, as learned from its answers. Two bounds: calls under way at once, for a provider that
 * slows down under load, and calls per second, for one that counts. Times are milliseconds of one clock.
 */
export interface ProviderFlow {
  /** Calls that may be under way at once; the whole part counts. */
  concurrency: number;
  /** Up to here it grows with every answer, above it slowly. */
  threshold: number;
  /** Calls a second, once a rate limit was met; null before. */
  pace: number | null;
  /** Calls that may be made now under the pace, and when that was reckoned. */
  tokens: number;
  tokensAt: number;
  /** The pace as it was set after the last limit, and how many calls it was reckoned from. */
  paceSet: number | null;
  paceCalls: number;
  /** When it last limited us so that we slowed down, and the calls it took since. */
  limitedAt: number | null;
  callsSince: number;
  /** The last answer; after a pause we begin small again. */
  answeredAt: number | null;
  /** How long an answer takes of late; null before the first. */
  latencyMs: number | null;
}

/**
 * Calls at once to a provider that nobody has heard of for a minute: if it is down, these are wasted, and no more. With
 * each answer one more is allowed, so a healthy provider is at full speed after a few answers.
 */
const COLD_CONCURRENCY = 4;
const COLD_AFTER_MS = 60_000;
/**
 * What is left after a rate limit: of the calls at once, of how many are reached again quickly (the pace holds them by then),
 * and of the rate that was measured.
 */
const CONCURRENCY_KEPT = 0.7;
const THRESHOLD_KEPT = 0.85;
const PACE_KEPT = 0.95;
/** A pace that met no limit for so long says nothing about today. */
const PACE_FORGOTTEN_MS = 3_600_000;
/**
 * Growth of the pace per answer: this part of it, by the calls it was reckoned from. The limit is met again after some two
 * and a half times as many, so that of a thousand calls a handful is spent on finding it.
 */
const GROWTH = 0.02;
const GROWTH_LEAST = 0.00005;
/** Grown by so much without meeting the limit, the pace was reckoned wrongly, and grows faster. */
const DOUBTFUL = 1.15;
const DOUBTFUL_GROWTH = 0.02;
/** Seconds of its pace that may be saved up. */
const BURST_SECONDS = 1;
/** Calls that may always be saved up, so that one can be kept for an organisation that waits. */
const BURST_LEAST = 2;
/** Weight of one answer in the latency. */
const LATENCY_WEIGHT = 0.1;
/** Before the first answer; and never less, so that a rate made of it is finite. */
const LATENCY_UNKNOWN_MS = 100;
const LATENCY_LEAST_MS = 10;

/** Of a provider that was never asked. */
export function newFlow(now: number, ceiling: number): ProviderFlow {
  return {
    concurrency: Math.min(COLD_CONCURRENCY, ceiling),
    threshold: ceiling,
    pace: null,
    paceSet: null,
    paceCalls: 0,
    tokens: 0,
    tokensAt: now,
    limitedAt: null,
    callsSince: 0,
    answeredAt: null,
    latencyMs: null,
  };
}

/** Nobody has heard of the provider for a while. */
export function isCold({ answeredAt }: ProviderFlow, now: number): boolean {
  return answeredAt === null || now - answeredAt > COLD_AFTER_MS;
}

/** As it is now: a pause makes cold, the pace earns tokens, what is old is forgotten. */
export function flowAt(flow: ProviderFlow, now: number): ProviderFlow {
  const concurrency = isCold(flow, now) ? Math.min(flow.concurrency, COLD_CONCURRENCY) : flow.concurrency;
  const pace = flow.limitedAt !== null && now - flow.limitedAt > PACE_FORGOTTEN_MS ? null : flow.pace;
  const earned = pace === null ? 0 : (pace * Math.max(0, now - flow.tokensAt)) / 1_000;
  const most = Math.max(BURST_LEAST, (pace ?? 0) * BURST_SECONDS);
  return { ...flow, concurrency, pace, tokens: Math.min(most, flow.tokens + earned), tokensAt: now };
}

/** With a call on its way. */
export function afterStart(flow: ProviderFlow): ProviderFlow {
  const tokens = flow.pace === null ? flow.tokens : flow.tokens - 1;
  return { ...flow, tokens, callsSince: flow.callsSince + 1 };
}

/** After a call that was allowed and not made: the provider took none, and no pace is reckoned from it. */
export function afterNoCall(flow: ProviderFlow): ProviderFlow {
  return { ...flow, callsSince: Math.max(0, flow.callsSince - 1) };
}

/** After an answer to a call that began at `startedAt`: a little more of everything. */
export function afterAnswer(
  flow: ProviderFlow,
  startedAt: number,
  now: number,
  ceiling: number,
): ProviderFlow {
  const step = flow.concurrency < flow.threshold ? 1 : 1 / (2 * flow.concurrency);
  const took = Math.max(LATENCY_LEAST_MS, now - startedAt);
  return {
    ...flow,
    concurrency: Math.min(ceiling, flow.concurrency + step),
    pace: flow.pace === null ? null : flow.pace * (1 + growthOf(flow, flow.pace)),
    answeredAt: now,
    latencyMs: flow.latencyMs === null ? took : flow.latencyMs + LATENCY_WEIGHT * (took - flow.latencyMs),
  };
}

/** Calls a second that so many at once come to. */
export function rateOfCalls(concurrency: number, { latencyMs }: ProviderFlow): number {
  return (concurrency * 1_000) / (latencyMs ?? LATENCY_UNKNOWN_MS);
}

/**
 * After a rate limit on a call that began at `startedAt`. One that began before the last limit is its echo, and says nothing
 * new.
 */
export function afterLimit(flow: ProviderFlow, startedAt: number, now: number): ProviderFlow {
  if (flow.limitedAt !== null && startedAt <= flow.limitedAt) return { ...flow, tokens: 0 };
  const concurrency = Math.max(1, flow.concurrency * CONCURRENCY_KEPT);
  const pace = paceAfterLimit(flow, now);
  return {
    ...flow,
    concurrency,
    threshold: Math.max(concurrency, flow.threshold * THRESHOLD_KEPT),
    pace,
    paceSet: pace,
    paceCalls: flow.pace === null ? 1 : flow.callsSince,
    tokens: 0,
    limitedAt: now,
    callsSince: 0,
  };
}

/** After failures that open the breaker: it begins with one call, and is careful from half of what it had. */
export function afterOutage(flow: ProviderFlow): ProviderFlow {
  return {
    ...flow,
    concurrency: 1,
    threshold: Math.max(COLD_CONCURRENCY, flow.concurrency / 2, flow.threshold / 2),
  };
}

/**
 * What was taken between two limits, by the time between them, is the provider's rate: its store of calls was empty at both
 * ends. The first limit comes at the end of a burst that emptied it: there the rate is below that of the burst.
 */
function paceAfterLimit(flow: ProviderFlow, now: number): number {
  const { pace, limitedAt, callsSince, concurrency } = flow;
  if (pace !== null && limitedAt !== null)
    // The call that was limited was not taken.
    return (PACE_KEPT * Math.max(0.5, callsSince - 1)) / (Math.max(100, now - limitedAt) / 1_000);
  return rateOfCalls(concurrency, flow) / 2;
}

function growthOf({ paceSet, paceCalls }: ProviderFlow, pace: number): number {
  if (paceSet !== null && pace > paceSet * DOUBTFUL) return DOUBTFUL_GROWTH;
  return Math.max(GROWTH_LEAST, GROWTH / Math.max(1, paceCalls));
}
