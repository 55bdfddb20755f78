import { describe, expect, it } from '@jest/globals';
import { playOutage } from '../support/provider-outage.ts';

const MINUTE = 60_000;
const TICKETS = 1_000;

describe(`${TICKETS} tickets that come while the provider is away for ten minutes`, () => {
  it.each([
    { workers: 1, kill: false },
    { workers: 2, kill: true },
  ] as const)(
    'are all enriched, with at most 1 % of the calls wasted, in 1.2 times what the limit allows: %j',
    async (options) => {
      const limit = { perSecond: 3, burst: 10 };
      const figures = await playOutage({ tickets: TICKETS, outageMs: 10 * MINUTE, ...limit, ...options });
      console.table([figures]);
      expect(figures).toMatchObject({ ready: TICKETS, otherwise: [] });
      expect(figures.wasted).toBeLessThanOrEqual(TICKETS / 100);
      expect(figures.drainMs).toBeLessThan(1.2 * figures.allowedMs);
    },
    40 * MINUTE,
  );
});
