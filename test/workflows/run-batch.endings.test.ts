import {
  PAUSE,
  RESUME,
  RUN_BATCH_PROGRESS,
  runBatchInput,
  type RunBatchSignal,
} from '@docket/workflows/run-batch/contract';
import { describe, expect, it, jest } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKFLOW_BUNDLE } from './support/bench-workers.ts';
import { RUN_BATCH_INPUT, RunBatchBench, type StartedRunBatch } from './support/run-batch-bench.ts';
import { runBatchScenarios, type RunBatchScenario } from './support/run-batch-scenarios.ts';
import { readSample, shapeOf } from './support/samples.ts';

jest.setTimeout(60_000);

const HISTORIES = join(import.meta.dirname, 'histories/run-batch');
const SAMPLES = 'run-batch/v1';

async function on<T>(work: (bench: RunBatchBench) => Promise<T>): Promise<T> {
  const bench = await RunBatchBench.open();
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}

async function play(name: RunBatchScenario): Promise<{ calls: string[]; outcome: unknown }> {
  return on(async (bench) => {
    const { handle, calls }: StartedRunBatch = await runBatchScenarios[name](bench);
    const outcome = await handle.result().catch((error: unknown) => (error as Error).cause);
    return { calls, outcome };
  });
}

describe('a batch of runs', () => {
  it.each(readdirSync(HISTORIES))('goes on with a run recorded earlier: %s', async (file) => {
    const history = JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as object;
    await Worker.runReplayHistory({ workflowBundle: { codePath: WORKFLOW_BUNDLE } }, history);
  });

  it('goes round by round until nothing is left', async () => {
    expect(await play('completed')).toEqual({
      calls: ['actOnRuns', 'actOnRuns', 'actOnRuns', 'ended completed'],
      outcome: { schemaVersion: 1, outcome: 'completed', settled: 300 },
    });
  });

  it('waits where there is no room for more runs, and goes on', async () => {
    const { calls, outcome } = await play('completed-after-waiting-for-room');
    expect(calls).toHaveLength(5);
    expect(outcome).toMatchObject({ outcome: 'completed', settled: 100 });
  });

  it('stands still while it is paused, and is cancelled even then', async () => {
    const { calls, outcome } = await play('cancelled-while-paused');
    expect(calls.slice(-3)).toEqual(['paused', 'resumed', 'ended cancelled']);
    expect(outcome).toMatchObject({ outcome: 'cancelled' });
  });

  it('that is cancelled in Temporal tells its rows so, and is cancelled', async () => {
    const { calls, outcome } = await play('cancelled-in-temporal');
    expect(calls.at(-1)).toBe('ended cancelled');
    expect(outcome).toMatchObject({ name: 'CancelledFailure' });
  });

  it('understands and sends what its first release did: a start, signals, an answer and a result', async () => {
    await on(async (bench) => {
      const signal = readSample(`${SAMPLES}/signal`) as unknown as RunBatchSignal;
      const run = await bench.start((call) =>
        call === 1
          ? { settled: 200, remaining: 50, waitMs: 60_000 }
          : { settled: 50, remaining: 0, waitMs: 0 },
      );
      await run.untilState('waiting');
      await run.handle.signal(PAUSE, signal);
      await run.untilState('paused');
      expect(await run.handle.query(RUN_BATCH_PROGRESS)).toEqual(
        expect.objectContaining(readSample(`${SAMPLES}/progress`)),
      );
      await run.handle.signal(RESUME, signal);
      expect(await run.handle.result()).toEqual(expect.objectContaining(readSample(`${SAMPLES}/result`)));
    });
    const sent = runBatchInput(RUN_BATCH_INPUT, RUN_BATCH_INPUT.subject);
    expect(shapeOf(sent)).toEqual(expect.objectContaining(shapeOf(RUN_BATCH_INPUT)));
  });
});
