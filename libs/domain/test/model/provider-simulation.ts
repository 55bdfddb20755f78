import { admit, leave, newGate, type CallEnd, type GateLimits } from '../../src/model/provider-gate.ts';

export interface SimulatedProvider {
  latencyMs: number;
  /** Calls a second that it allows, and how many may be saved up; none where it does not limit. */
  limit?: { perSecond: number; burst: number };
  /** Between these times it answers nothing. */
  away?: { fromMs: number; toMs: number };
  /** Whether a free look tells that it is away. */
  canLook?: boolean;
  /** Between its permit and its sending a call is held up by anything up to this: a busy machine. */
  heldMs?: number;
  /** Whether a worker looks once more before it sends. */
  confirms?: boolean;
}

export interface SimulatedWork {
  org: string;
  atMs: number;
}

export interface Outcome {
  /** By piece of work: when it was answered. */
  answeredAt: number[];
  wasted: number;
  attempts: number;
  looks: number;
}

const LIMITS: GateLimits = { ceiling: 50, callMs: 120_000 };
/** What a retry costs on its way through Temporal. */
const RETRY_MS = 30;
const USE_HALF_LIFE_MS = 10_000;

/** Plays work against a provider through the gate, in a time of its own, with the same randomness each time. */
export function simulate(
  provider: SimulatedProvider,
  work: readonly SimulatedWork[],
  endMs = 7_200_000,
): Outcome {
  const agenda = new Agenda();
  const out: Outcome = { answeredAt: [], wasted: 0, attempts: 0, looks: 0 };
  const random = sequence();
  let gate = newGate(0, LIMITS.ceiling);
  let tokens = provider.limit?.burst ?? 0;
  let tokensAt = 0;
  const underWay = new Set<number>();
  const orgs = new Map<string, { use: number; at: number; nextSlotAt: number | null }>();
  const orgOf = (name: string) => {
    const known = orgs.get(name) ?? { use: 0, at: 0, nextSlotAt: null };
    orgs.set(name, known);
    return known;
  };
  const useAt = ({ use, at }: { use: number; at: number }, now: number) =>
    use * 0.5 ** ((now - at) / USE_HALF_LIFE_MS);
  const isAway = (now: number) =>
    provider.away !== undefined && now >= provider.away.fromMs && now < provider.away.toMs;
  const reply = (now: number): CallEnd => {
    if (isAway(now)) return { kind: 'failed', code: 'model.unavailable' };
    const { limit } = provider;
    if (!limit) return { kind: 'answered', startedAt: now };
    tokens = Math.min(limit.burst, tokens + (limit.perSecond * (now - tokensAt)) / 1_000);
    tokensAt = now;
    if (tokens < 1)
      return {
        kind: 'limited',
        startedAt: now,
        retryAfterMs: Math.ceil((1 - tokens) / limit.perSecond) * 1_000,
        code: 'model.rate_limited',
      };
    tokens -= 1;
    return { kind: 'answered', startedAt: now };
  };
  const attempt = (index: number, now: number): void => {
    out.attempts += 1;
    const own = orgOf(work[index]?.org ?? '');
    const waiting = [...orgs.values()].filter(
      ({ nextSlotAt }) => nextSlotAt !== null && nextSlotAt > now - 2_000,
    );
    const before = waiting.filter((other) => other !== own && useAt(other, now) < useAt(own, now)).length;
    const asker = {
      underWay: underWay.size,
      waitingOrgs: waiting.length,
      before,
      nextSlotAt: own.nextSlotAt,
    };
    const verdict = admit(gate, asker, LIMITS, now, random());
    if (!verdict.admitted) {
      own.nextSlotAt = verdict.nextSlotAt;
      agenda.add(now + verdict.waitMs + RETRY_MS, (at) => attempt(index, at));
      return;
    }
    ({ gate } = verdict);
    if (verdict.isProbe && provider.canLook) {
      out.looks += 1;
      if (isAway(now)) {
        gate = leave(gate, { kind: 'still_away', code: 'model.unavailable' }, LIMITS, now);
        agenda.add(now + 1_000 + RETRY_MS, (at) => attempt(index, at));
        return;
      }
    }
    Object.assign(own, { use: useAt(own, now) + 1, at: now });
    underWay.add(index);
    const send = (sentAt: number): void => {
      if (provider.confirms && gate.blockedUntil !== null && gate.blockedUntil > sentAt) {
        underWay.delete(index);
        gate = leave(gate, { kind: 'not_made' }, LIMITS, sentAt);
        const again = gate.blockedUntil ?? sentAt;
        agenda.add(again + 2_000 * random() + RETRY_MS, (later) => attempt(index, later));
        return;
      }
      const end = { ...reply(sentAt), startedAt: now };
      agenda.add(sentAt + (end.kind === 'answered' ? provider.latencyMs : 20), (at) => {
        underWay.delete(index);
        gate = leave(gate, end, LIMITS, at);
        if (end.kind === 'answered') out.answeredAt[index] = at;
        else {
          out.wasted += 1;
          agenda.add(at + 1_000, (later) => attempt(index, later));
        }
      });
    };
    if (provider.heldMs !== undefined) agenda.add(now + provider.heldMs * random(), send);
    else send(now);
  };
  for (const [index, { atMs }] of work.entries()) agenda.add(atMs, (at) => attempt(index, at));
  agenda.runUntil(endMs);
  return out;
}

class Agenda {
  readonly #heap: { at: number; order: number; act: (now: number) => void }[] = [];
  #order = 0;

  add(at: number, act: (now: number) => void): void {
    const entry = { at, order: (this.#order += 1), act };
    let low = 0;
    let high = this.#heap.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#heap[middle];
      if (other && (other.at > at || (other.at === at && other.order > entry.order))) low = middle + 1;
      else high = middle;
    }
    this.#heap.splice(low, 0, entry);
  }

  runUntil(end: number): void {
    for (let next = this.#heap.pop(); next && next.at <= end; next = this.#heap.pop()) next.act(next.at);
  }
}

/** Numbers from 0 up to 1, the same each time (a linear congruential generator, Numerical Recipes). */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
