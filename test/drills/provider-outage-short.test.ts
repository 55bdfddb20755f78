import { describe, expect, it } from '@jest/globals';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { playOutage } from '../support/provider-outage.ts';

quietTemporal();

const TICKETS = 80;
/** Opening the breaker, finding the limit, a kill: the same for eighty tickets as for a thousand, which the drill has. */
const WASTED_MOST = 10;

describe(`${TICKETS} tickets that come while the provider is away`, () => {
  it('are all enriched by two workers of which one is killed, at the pace that the provider allows', async () => {
    const limit = { perSecond: 1.2, burst: 10 };
    const figures = await playOutage({
      ...{ tickets: TICKETS, outageMs: 40_000, ...limit, workers: 2, kill: true },
    });
    console.table([figures]);
    expect(figures).toMatchObject({ ready: TICKETS, otherwise: [] });
    expect(figures.wasted).toBeLessThanOrEqual(WASTED_MOST);
    // Half a minute apart from the pace: the look every ten seconds, and the lease of a killed worker's calls.
    expect(figures.drainMs).toBeLessThan(1.2 * figures.allowedMs + 30_000);
  }, 300_000);
});
