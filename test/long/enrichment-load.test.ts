import { afterAll, beforeAll, jest } from '@jest/globals';
import { runBudgetSuite } from '../end-to-end/suites/budget.suite.ts';
import { runEnrichmentBatchSuite } from '../end-to-end/suites/enrichment-batch.suite.ts';
import { TicketBench } from '../end-to-end/support/tickets.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';

jest.setTimeout(180_000);
quietTemporal();

let bench: TicketBench;

// Many at once on a busy machine: a call that takes a second is no failure of the provider here, and opens no breaker.
beforeAll(async () => {
  bench = await TicketBench.open({ MODEL_TIMEOUT_SECONDS: '120' });
}, 120_000);

afterAll(() => bench.close(), 60_000);

runBudgetSuite(() => bench);
runEnrichmentBatchSuite(() => bench);
