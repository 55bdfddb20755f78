import { describe, expect, it } from '@jest/globals';
import { playFlood } from '../support/flood.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';

quietTemporal();

describe('an organisation, while another floods with ten times its load', () => {
  it('has its tickets enriched within twice their idle 95th percentile', async () => {
    const figures = await playFlood({ tickets: 120, perSecond: 1, times: 10 });
    console.table([figures]);
    expect(figures.floodedP95).toBeLessThanOrEqual(2 * figures.idleP95);
  }, 900_000);
});
