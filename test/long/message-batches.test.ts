import { afterAll, beforeAll, jest } from '@jest/globals';
import { runMessageBatchesSuite } from '../end-to-end/suites/message-batches.suite.ts';
import { runReplayBatchSuite } from '../end-to-end/suites/replay-batch.suite.ts';
import { TicketBench } from '../end-to-end/support/tickets.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';

jest.setTimeout(180_000);
quietTemporal();

let bench: TicketBench;

// On a busy machine a call that takes a second is no failure of the provider; whoever looks often is done soon.
beforeAll(async () => {
  bench = await TicketBench.open({ MODEL_TIMEOUT_SECONDS: '120', MESSAGE_BATCH_POLL_SECONDS: '1' });
}, 120_000);

afterAll(() => bench.close(), 60_000);

runMessageBatchesSuite(() => bench);
runReplayBatchSuite(() => bench);
