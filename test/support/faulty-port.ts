import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** How often calls through faulty ports go wrong; changed while tests run. */
export interface Faults {
  /** Probability, 0 to 1, that a call fails: half of them before anything was done, half after it was. */
  failing: number;
  /** Probability, 0 to 1, that a call first freezes everything around it for `stallMs`. */
  stalling: number;
  stallMs: number;
  random: () => number;
}

/** What freezes together, as a machine does: until then, in milliseconds since 1970, no call of it goes through. */
export interface Frozen {
  until: number;
}

/** How often each kind of fault happened, by `port.method before` and `port.method after`. */
export type FaultCounts = Map<string, number>;

/**
 * The same port with faults in it. What fails *after* doing is the hard kind: the write happened, and its caller is
 * told that it did not.
 */
export function faultyPort<T extends object>(
  name: string,
  port: T,
  faults: Faults,
  counts: FaultCounts,
  frozen: Frozen,
  toError: (message: string) => Error = (message) => new Error(message),
): T {
  const count = (fault: string): void => {
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
  };
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const call = value as (...args: unknown[]) => unknown;
      return async (...args: unknown[]): Promise<unknown> => {
        if (faults.random() < faults.stalling) {
          count(`${name} stalled`);
          frozen.until = Date.now() + faults.stallMs;
        }
        while (Date.now() < frozen.until) await setTimeout(frozen.until - Date.now());
        const roll = faults.random();
        if (roll < faults.failing / 2) {
          count(`${name} before`);
          throw toError(`${name}.${String(property)}: failed before it did anything, by chance`);
        }
        const result = await call.apply(target, args);
        if (roll < faults.failing) {
          count(`${name} after`);
          discard(result);
          throw toError(`${name}.${String(property)}: failed after it had done it, by chance`);
        }
        return result;
      };
    },
  });
}

/** What its caller never gets it cannot close. */
function discard(result: unknown): void {
  if (typeof result !== 'object' || result === null || !('stream' in result)) return;
  if (result.stream instanceof Readable) result.stream.destroy();
}

/** Mulberry32: the same numbers from 0 up to 1 for the same seed, so that a failure can be looked at again. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
