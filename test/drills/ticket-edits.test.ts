import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inParallel } from '../../tools/client/in-parallel.ts';
import { GOOD, TicketBench } from '../end-to-end/support/tickets.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { until } from '../support/until.ts';

quietTemporal();

const EDITS = 10_000;
const AT_ONCE = 8;
/** A ticket that never rests is read every ten seconds, and whatever is asked meanwhile gives way. */
const READ_EVERY_SECONDS = 10;

describe(`${EDITS} edits of one ticket, as fast as they come in`, () => {
  let bench: TicketBench;
  beforeAll(async () => {
    bench = await TicketBench.open();
  }, 120_000);
  afterAll(() => bench.close(), 60_000);

  it('are a handful of enrichments, of which the last is of the last text', async () => {
    const name = bench.nameFor(() => GOOD);
    const { ticketId } = await bench.send(name);
    const startedAt = Date.now();
    const edits = Array.from({ length: EDITS }, (_, index) => index + 1);
    await inParallel(edits, AT_ONCE, async (edit) => {
      await bench.send(name, `When does the payroll export run? Edit ${edit}.`);
    });
    const seconds = (Date.now() - startedAt) / 1_000;
    await until(
      'the last revision is enriched',
      async () => {
        const current = await bench.current(ticketId);
        return current?.revision === EDITS + 1 && current.state === 'ready';
      },
      60_000,
    );
    const asked = bench.callsOf.get(name) ?? 0;
    console.log(`${EDITS} edits in ${Math.round(seconds)} s; the model was asked ${asked} times`);
    expect(asked).toBeLessThanOrEqual(3 + Math.ceil(seconds / READ_EVERY_SECONDS));
  }, 600_000);
});
