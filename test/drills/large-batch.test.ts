import { describe, expect, it } from '@jest/globals';
import { playLargeBatch } from '../support/large-batch.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';

quietTemporal();

const TICKETS = 20_000;
const MINUTE = 60_000;
/** Enrichments under way when the worker is killed: each may be asked once more. */
const IN_FLIGHT = 25;

describe(`a batch of ${TICKETS} tickets whose worker is killed on the way`, () => {
  it(
    'ends with counts that are true, in executions of bounded length, with flat memory, beside single tickets',
    async () => {
      const figures = await playLargeBatch({
        ...{ tickets: TICKETS, singles: 60, kill: true, withinMs: 100 * MINUTE },
      });
      console.log(JSON.stringify(figures, null, 1));
      expect(figures.counts).toEqual({ ready: TICKETS });
      expect(figures.truth).toMatchObject({ ready: TICKETS, otherwise: 0 });
      expect(figures.truth.calls).toBeLessThanOrEqual(TICKETS + IN_FLIGHT);
      expect(figures.longestHistory).toBeLessThan(10_000);
      // A worker that was started again is at its beginning: later it is no larger than a fifth more, and 50 MB.
      expect(figures.workerMb.late).toBeLessThan(1.2 * figures.workerMb.early + 50);
      expect(figures.apiMb.late).toBeLessThan(1.2 * figures.apiMb.early + 50);
      expect(figures.busyP95).toBeLessThanOrEqual(2 * figures.idleP95);
    },
    110 * MINUTE,
  );
});
