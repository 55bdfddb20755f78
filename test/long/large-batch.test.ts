import { describe, expect, it } from '@jest/globals';
import { playLargeBatch } from '../support/large-batch.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';

quietTemporal();

/** The drill has 20,000 and the times: here it is that nothing is lost, doubled or left over. */
const TICKETS = 500;
const IN_FLIGHT = 25;

describe(`a batch of ${TICKETS} tickets whose worker is killed on the way`, () => {
  it('is enriched to the last ticket, each once, and counts what is true', async () => {
    const figures = await playLargeBatch({
      ...{ tickets: TICKETS, singles: 10, kill: true, withinMs: 300_000 },
    });
    console.log(JSON.stringify(figures));
    expect(figures.counts).toEqual({ ready: TICKETS });
    expect(figures.truth).toMatchObject({ ready: TICKETS, otherwise: 0 });
    expect(figures.truth.calls).toBeLessThanOrEqual(TICKETS + IN_FLIGHT);
    expect(figures.longestHistory).toBeLessThan(10_000);
  }, 360_000);
});
