import type { EnrichmentBatchInput } from '@docket/workflows/enrichment-batch/contract';
import { CANCEL, PAUSE, RESUME, type RunBatchSignal } from '@docket/workflows/run-batch/contract';
import type { RunBatchBench, StartedRunBatch } from './run-batch-bench.ts';
import { readSample } from './samples.ts';

/** All three signals are the same message. */
const SIGNAL = readSample('run-batch/v1/signal') as unknown as RunBatchSignal;

/** What an execution that was cancelled hands over to the next. */
const CANCELLED = readSample('enrichment-batch/v1/input-cancelled') as unknown as EnrichmentBatchInput;

const of = (remaining: number, waitMs = 0) => ({ settled: waitMs > 0 ? 0 : 100, remaining, waitMs });

/** One scenario per way in which a batch goes and ends. */
export const runBatchScenarios = {
  async completed(bench: RunBatchBench): Promise<StartedRunBatch> {
    return bench.start((call) => of(Math.max(0, 300 - call * 100)));
  },
  async 'completed-after-waiting-for-room'(bench: RunBatchBench): Promise<StartedRunBatch> {
    return bench.start((call) => (call < 4 ? of(100, 5_000) : of(0)));
  },
  async 'completed-after-a-pause'(bench: RunBatchBench): Promise<StartedRunBatch> {
    const run = await bench.start((call) => (call < 3 ? of(100, 60_000) : of(0)));
    await run.handle.signal(PAUSE, SIGNAL);
    await run.untilState('paused');
    await run.handle.signal(RESUME, SIGNAL);
    return run;
  },
  async 'cancelled-while-paused'(bench: RunBatchBench): Promise<StartedRunBatch> {
    const run = await bench.start(() => of(100, 60_000));
    await run.handle.signal(PAUSE, SIGNAL);
    await run.untilState('paused');
    await run.handle.signal(CANCEL, SIGNAL);
    return run;
  },
  async 'cancelled-in-temporal'(bench: RunBatchBench): Promise<StartedRunBatch> {
    const run = await bench.start(() => of(100, 60_000));
    await run.untilState('waiting');
    await run.handle.cancel();
    return run;
  },
};

/** How a batch goes whose questions are asked in message batches. */
export const messageBatchScenarios = {
  async 'completed-in-message-batches'(bench: RunBatchBench): Promise<StartedRunBatch> {
    return bench.start((call) => of(call < 4 ? 100 : 0, 60_000), {
      collect: (call) => ({ underWay: call < 4 ? 1 : 0, waitMs: 60_000 }),
    });
  },
  async 'completed-when-what-was-sent-is-over'(bench: RunBatchBench): Promise<StartedRunBatch> {
    return bench.start(() => of(0, 60_000), {
      collect: (call) => ({ underWay: call < 3 ? 1 : 0, waitMs: 60_000 }),
    });
  },
  async 'completed-one-by-one-where-there-are-none'(bench: RunBatchBench): Promise<StartedRunBatch> {
    return bench.start((call) => of(call < 2 ? 100 : 0, 1_000), {
      submit: () => ({ isOffered: false, waitMs: 0 }),
    });
  },
  async 'collected-while-paused'(bench: RunBatchBench): Promise<StartedRunBatch> {
    let isPaused = false;
    const run = await bench.start((call) => (isPaused || call > 50 ? of(0) : of(100, 60_000)), {
      collect: () => ({ underWay: isPaused ? 0 : 1, waitMs: 60_000 }),
    });
    await run.handle.signal(PAUSE, SIGNAL);
    await run.untilState('paused');
    isPaused = true;
    await run.handle.signal(RESUME, SIGNAL);
    return run;
  },
  async 'cancelled-in-message-batches'(bench: RunBatchBench): Promise<StartedRunBatch> {
    let looks = 0;
    const run = await bench.start(() => of(100, 60_000), {
      collect: (_, isCancelled) => ({ underWay: isCancelled && (looks += 1) > 2 ? 0 : 1, waitMs: 30_000 }),
    });
    await run.untilState('waiting');
    await run.handle.signal(CANCEL, SIGNAL);
    return run;
  },
  async 'cancelled-in-an-execution-before'(bench: RunBatchBench): Promise<StartedRunBatch> {
    const collect = (call: number) => ({ underWay: call < 3 ? 1 : 0, waitMs: 30_000 });
    return bench.start(() => of(100), { collect }, CANCELLED);
  },
  async 'cancelled-in-temporal-in-message-batches'(bench: RunBatchBench): Promise<StartedRunBatch> {
    let looks = 0;
    const run = await bench.start(() => of(100, 60_000), {
      collect: (_, isCancelled) => ({ underWay: isCancelled && (looks += 1) > 1 ? 0 : 1, waitMs: 30_000 }),
    });
    await run.untilState('waiting');
    await run.handle.cancel();
    return run;
  },
};

export type MessageBatchScenario = keyof typeof messageBatchScenarios;
export type RunBatchScenario = keyof typeof runBatchScenarios;
