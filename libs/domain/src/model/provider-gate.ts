import {
  afterAnswer,
  afterLimit,
  afterNoCall,
  afterOutage,
  afterStart,
  flowAt,
  isCold,
  newFlow,
  rateOfCalls,
  type ProviderFlow,
} from './provider-flow.js';

/** What all workers know of a provider together. Times are milliseconds of the database's clock. */
export interface ProviderGate {
  /** Nobody asks before: the provider said so, or it fails. */
  blockedUntil: number | null;
  /** Failures in a row, rate limits apart. */
  failures: number;
  /** Until when one caller may try whether it is well again, as long as its permit lasts. */
  probeUntil: number | null;
  /** Code of what it last did wrong. */
  reason: string | null;
  flow: ProviderFlow;
}

/** Who asks, beside whom. */
export interface Asker {
  /** Calls to the provider that are under way, of all organisations, without an earlier try of this one. */
  underWay: number;
  /** Organisations that wait, this one included when it does. */
  waitingOrgs: number;
  /** Those of them that used less of the provider than this one of late. */
  before: number;
  /** Up to when this organisation's waiting work has been given times to come back. */
  nextSlotAt: number | null;
}

export interface GateLimits {
  /** Most calls at once, whatever was learned. */
  ceiling: number;
  /** Milliseconds one call may take. */
  callMs: number;
}

export type Admission =
  /** A probe is to be preceded by a look that costs nothing. */
  | { admitted: true; isProbe: boolean; gate: ProviderGate }
  | { admitted: false; waitMs: number; nextSlotAt: number; reason: string | null };

/** How a call ended, for the provider. */
export type CallEnd =
  /** It answered, were it with a refusal. */
  | { kind: 'answered'; startedAt: number }
  /** It limits the rate, and named a time or not. */
  | { kind: 'limited'; startedAt: number; retryAfterMs: number; code: string }
  | { kind: 'failed'; code: string }
  /** The free look before a probe was in vain: no call was spent. */
  | { kind: 'still_away'; code: string }
  /** It was not made: the provider limited, or failed, between the permit and the call. */
  | { kind: 'not_made' }
  /** Nothing is known of it. */
  | { kind: 'unknown' };

/** Failures in a row after which a provider is asked by one at a time. */
const OPEN_AFTER_FAILURES = 3;
/** Pauses of an open breaker: an outage of seconds costs seconds, one of ten minutes seven calls. */
const FIRST_PAUSE_MS = 5_000;
const PAUSE_GROWTH = 3;
const LONGEST_PAUSE_MS = 120_000;
/** Pause after a look that cost nothing. */
const LOOK_AGAIN_MS = 10_000;
/** How long the rest waits at least while one tries. */
const BEHIND_PROBE_MS = 2_000;
/** Waiting work comes back by this much faster than it can be served, so that no gap is left when some does not come. */
const OVERBOOKING = 1.3;
/** How fast it looks in, times a second, while a provider is away. */
const RATE_AWAY = 12;
const HEADROOM = 4;
const FIRST_JITTER_MS = 250;
/** And never faster than this: each look costs the whole installation some milliseconds. */
const RATE_MOST = 200;
/** Waiting work of an organisation looks in at this rate at most, and each at least so often: the estimate may be wrong. */
const LOOKS_PER_SECOND = 8;
const LONGEST_WAIT_MS = 120_000;

export function newGate(now: number, ceiling: number): ProviderGate {
  return { blockedUntil: null, failures: 0, probeUntil: null, reason: null, flow: newFlow(now, ceiling) };
}

/**
 * Whether a call may be made now. Who is sent away is told when to come back: the waiting work of an organisation gets
 * times one after the other, at the rate at which it can be served, so nobody comes in a crowd. An organisation gives way to
 * those that wait and used less of late, by one call each.
 *
 * @param random from 0 up to 1
 */
export function admit(
  before: ProviderGate,
  asker: Asker,
  limits: GateLimits,
  now: number,
  random: number,
): Admission {
  const gate = { ...before, flow: flowAt(before.flow, now) };
  const refuse = (from: number): Admission => ({
    ...slot(gate, asker, from, now, random),
    admitted: false,
    reason: gate.reason,
  });
  if (gate.blockedUntil !== null && gate.blockedUntil > now) return refuse(gate.blockedUntil);
  if (gate.failures >= OPEN_AFTER_FAILURES) {
    if (isTried(gate, asker, now)) return refuse(now + BEHIND_PROBE_MS);
    return begun({ ...gate, probeUntil: now + limits.callMs }, now);
  }
  const { flow } = gate;
  // Once something failed, one call at a time until an answer says that it was chance.
  const most = gate.failures > 0 ? 1 : Math.floor(Math.min(limits.ceiling, flow.concurrency));
  if (most - asker.underWay - asker.before < 1) return refuse(now);
  if (flow.pace === null) return begun(gate, now);
  if (flow.tokens - Math.min(1, asker.before) < 1)
    return refuse(now + (1_000 * (1 - Math.min(1, flow.tokens))) / flow.pace);
  return begun(gate, now);
}

/** Who tries renews a permit: where nobody else has one, the worker that tried has died, or the same question asks again. */
function isTried({ probeUntil }: ProviderGate, { underWay }: Asker, now: number): boolean {
  return probeUntil !== null && probeUntil > now && underWay > 0;
}

/** Where little is known of the provider it is looked for first. */
function begun(gate: ProviderGate, now: number): Admission {
  const isProbe = gate.failures > 0 || isCold(gate.flow, now);
  return { admitted: true, isProbe, gate: { ...gate, flow: afterStart(gate.flow) } };
}

/** What the end of a call teaches. */
export function leave(before: ProviderGate, end: CallEnd, limits: GateLimits, now: number): ProviderGate {
  const gate = { ...before, flow: flowAt(before.flow, now) };
  switch (end.kind) {
    case 'answered':
      // A time that the provider named stands, though a call from before it was answered.
      return {
        ...gate,
        failures: 0,
        probeUntil: null,
        reason: null,
        flow: afterAnswer(gate.flow, end.startedAt, now, limits.ceiling),
      };
    case 'limited':
      return {
        blockedUntil: Math.max(gate.blockedUntil ?? 0, now + end.retryAfterMs),
        failures: 0,
        probeUntil: null,
        reason: end.code,
        flow: afterLimit(gate.flow, end.startedAt, now),
      };
    case 'failed':
      return failed(gate, end.code, now);
    case 'still_away':
      return {
        ...gate,
        failures: Math.max(1, gate.failures),
        probeUntil: null,
        reason: end.code,
        blockedUntil: now + LOOK_AGAIN_MS,
      };
    case 'not_made':
      return { ...gate, flow: afterNoCall(gate.flow) };
    case 'unknown':
      return { ...gate, probeUntil: null };
  }
}

function failed(gate: ProviderGate, reason: string, now: number): ProviderGate {
  const failures = gate.failures + 1;
  if (failures < OPEN_AFTER_FAILURES) return { ...gate, failures, reason };
  // Those that were on their way when it opened say nothing new.
  const isOpen = gate.blockedUntil !== null && gate.blockedUntil > now;
  if (isOpen) return { ...gate, reason };
  const pause = FIRST_PAUSE_MS * PAUSE_GROWTH ** Math.min(failures - OPEN_AFTER_FAILURES, 10);
  return {
    failures,
    reason,
    probeUntil: null,
    blockedUntil: now + Math.min(LONGEST_PAUSE_MS, pause),
    flow: failures === OPEN_AFTER_FAILURES ? afterOutage(gate.flow) : gate.flow,
  };
}

/** The next time at which work of the organisation may come back, not before `from`. */
function slot(
  gate: ProviderGate,
  { nextSlotAt, waitingOrgs }: Asker,
  from: number,
  now: number,
  random: number,
): { waitMs: number; nextSlotAt: number } {
  const spacing = (1_000 * Math.max(1, waitingOrgs)) / Math.min(RATE_MOST, rateOf(gate) * OVERBOOKING);
  const at = Math.max(from, nextSlotAt ?? 0);
  const longest = Math.max(LONGEST_WAIT_MS, (1_000 * (at - now)) / spacing / LOOKS_PER_SECOND);
  if (at - now > longest) return { waitMs: Math.round(longest * (0.5 + 0.5 * random)), nextSlotAt: at };
  // Who is the first of its organisation to wait has nobody to keep apart from but the other organisations' first.
  const jitterMs = at === from ? Math.min(spacing, FIRST_JITTER_MS) : spacing;
  return { waitMs: Math.max(1, Math.round(at - now + jitterMs * random)), nextSlotAt: at + spacing };
}

/** Calls a second that can be served before long. */
function rateOf({ failures, flow }: ProviderGate): number {
  if (failures > 0) return Math.min(RATE_AWAY, flow.pace ?? RATE_AWAY);
  // While the calls at once still grow, more will be served than now.
  return (
    flow.pace ?? rateOfCalls(flow.concurrency * (flow.concurrency < flow.threshold ? HEADROOM : 1), flow)
  );
}
