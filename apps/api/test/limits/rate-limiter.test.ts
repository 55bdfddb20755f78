import type { RateWindow } from '@docket/db/limits/rate-windows';
import { createLogger } from '@docket/platform/logging/logger';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { RateLimiter, type Verdict } from '../../src/limits/rate-limiter.ts';
import { RateStore, WINDOW_SECONDS } from '../../src/limits/rate-store.ts';

/** Milliseconds on the clock that store and limiters share. */
let clock: number;

/** A store in memory, with a clock that is moved by hand; it can be taken away. */
class MemoryStore extends RateStore {
  readonly #windows = new Map<string, { used: number; endsAt: number }>();
  isAway = false;
  asked = 0;

  override async take(bucket: string, count: number): Promise<RateWindow> {
    this.asked += 1;
    await Promise.resolve();
    if (this.isAway) throw new Error('away');
    const known = this.#windows.get(bucket);
    const window =
      known && clock < known.endsAt ? known : { used: 0, endsAt: clock + WINDOW_SECONDS * 1_000 };
    window.used += count;
    this.#windows.set(bucket, window);
    return { used: window.used, endsInMs: window.endsAt - clock };
  }
}

let store: MemoryStore;

beforeEach(() => {
  clock = 1_000;
  store = new MemoryStore();
});

function replica(): RateLimiter {
  return new RateLimiter(store, createLogger('silent', 'api'), () => clock);
}

async function takeAtOnce(limiters: RateLimiter[], count: number, limit: number): Promise<Verdict[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const limiter = limiters[index % limiters.length];
      if (!limiter) throw new Error('no replica');
      return limiter.take('bucket', limit);
    }),
  );
}

const admitted = (verdicts: Verdict[]): number => verdicts.filter((verdict) => verdict.admitted).length;

describe('a limit', () => {
  it.each([1, 7, 60, 1_000, 60_000])(
    'of %i admits exactly that many in a window, asked all at once',
    async (limit) => {
      const verdicts = await takeAtOnce([replica()], limit + 50, limit);
      expect(admitted(verdicts)).toBe(limit);
    },
  );

  it('is never exceeded by several replicas together, and all but their leases is used', async () => {
    const verdicts = await takeAtOnce([replica(), replica(), replica()], 3_000, 1_000);
    expect(admitted(verdicts)).toBeLessThanOrEqual(1_000);
    // A lease is a fiftieth of the limit, and no replica is left with more than one.
    expect(admitted(verdicts)).toBeGreaterThanOrEqual(1_000 - 3 * 20);
  });

  it('begins anew when its window is over', async () => {
    const limiter = replica();
    expect(admitted(await takeAtOnce([limiter], 5, 3))).toBe(3);
    clock += WINDOW_SECONDS * 1_000;
    expect(admitted(await takeAtOnce([limiter], 5, 3))).toBe(3);
  });

  it('counts anew when the plan changes', async () => {
    const limiter = replica();
    await takeAtOnce([limiter], 4, 3);
    expect((await limiter.take('bucket', 10)).admitted).toBe(true);
  });

  it('says what is left and when it begins anew', async () => {
    const limiter = replica();
    expect(await limiter.take('bucket', 100)).toEqual({ admitted: true, remaining: 99, resetSeconds: 60 });
    clock += 20_500;
    expect(await limiter.take('bucket', 100)).toEqual({ admitted: true, remaining: 98, resetSeconds: 40 });
  });
});

describe('the store', () => {
  it('is asked once for fifty requests, and not at all for those that are turned away', async () => {
    const limiter = replica();
    for (let index = 0; index < 1_000; index += 1) await limiter.take('bucket', 1_000);
    expect(store.asked).toBe(50);
    for (let index = 0; index < 100; index += 1) {
      expect((await limiter.take('bucket', 1_000)).admitted).toBe(false);
    }
    expect(store.asked).toBe(50);
  });

  it('that does not answer turns nobody away within the limit: a replica goes on alone, at the same rate', async () => {
    const limiter = replica();
    store.isAway = true;
    expect(admitted(await takeAtOnce([limiter], 100, 60))).toBe(10);
    clock += 10_000;
    expect(admitted(await takeAtOnce([limiter], 100, 60))).toBe(10);
    expect(store.asked).toBe(2);
  });

  it('counts again for everybody soon after it is back', async () => {
    const limiter = replica();
    store.isAway = true;
    await limiter.take('bucket', 60);
    store.isAway = false;
    clock += 10_000;
    expect(admitted(await takeAtOnce([limiter], 100, 60))).toBe(60);
  });
});

describe('a look at a bucket', () => {
  it('takes nothing, and knows what this replica knows', async () => {
    const limiter = replica();
    expect(limiter.peek('bucket', 2).admitted).toBe(true);
    await takeAtOnce([limiter], 3, 2);
    expect(limiter.peek('bucket', 2).admitted).toBe(false);
    clock += WINDOW_SECONDS * 1_000;
    expect(limiter.peek('bucket', 2).admitted).toBe(true);
  });
});
