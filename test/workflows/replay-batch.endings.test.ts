import {
  REPLAY_BATCH,
  replayBatchInput,
  replayBatchWorkflowId,
} from '@docket/workflows/replay-batch/contract';
import { describe, expect, it, jest } from '@jest/globals';
import { RUN_BATCH_INPUT, RunBatchBench } from './support/run-batch-bench.ts';
import { runBatchScenarios, type RunBatchScenario } from './support/run-batch-scenarios.ts';
import { readSample, shapeOf } from './support/samples.ts';

jest.setTimeout(60_000);

async function play(name: RunBatchScenario): Promise<{ calls: string[]; outcome: unknown }> {
  const bench = await RunBatchBench.open(REPLAY_BATCH);
  try {
    const { handle, calls } = await runBatchScenarios[name](bench);
    const outcome = await handle.result().catch((error: unknown) => (error as Error).cause);
    return { calls, outcome };
  } finally {
    await bench.close();
  }
}

describe('a batch of replays', () => {
  it('goes round by round until no replay is under way', async () => {
    expect(await play('completed')).toMatchObject({
      calls: ['replayEnrichments', 'replayEnrichments', 'replayEnrichments', 'ended completed'],
      outcome: { outcome: 'completed', settled: 300 },
    });
  });

  it('stands still while it is paused, and is cancelled even then', async () => {
    const { calls, outcome } = await play('cancelled-while-paused');
    expect(calls.slice(-3)).toEqual(['paused', 'resumed', 'ended cancelled']);
    expect(outcome).toMatchObject({ outcome: 'cancelled' });
  });

  it('is started as its first release was, under an id of its own', () => {
    const sent = replayBatchInput(RUN_BATCH_INPUT, RUN_BATCH_INPUT.subject);
    expect(shapeOf(readSample('replay-batch/v1/input'))).toEqual(shapeOf(sent));
    expect(replayBatchWorkflowId('org_1', 'bat_1')).toBe('replay-batch:org_1:bat_1');
  });
});
