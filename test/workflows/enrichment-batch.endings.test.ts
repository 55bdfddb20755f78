import {
  ENRICHMENT_BATCH,
  enrichmentBatchInput,
  enrichmentBatchWorkflowId,
} from '@docket/workflows/enrichment-batch/contract';
import { describe, expect, it, jest } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKFLOW_BUNDLE } from './support/bench-workers.ts';
import { RUN_BATCH_INPUT, RunBatchBench } from './support/run-batch-bench.ts';
import {
  messageBatchScenarios,
  runBatchScenarios,
  type MessageBatchScenario,
  type RunBatchScenario,
} from './support/run-batch-scenarios.ts';
import { readSample, shapeOf } from './support/samples.ts';

jest.setTimeout(60_000);

const HISTORIES = join(import.meta.dirname, 'histories/enrichment-batch');

const of = (remaining: number, waitMs: number) => ({ settled: 0, remaining, waitMs });

const scenarios = { ...runBatchScenarios, ...messageBatchScenarios };

async function play(
  name: RunBatchScenario | MessageBatchScenario,
): Promise<{ calls: string[]; limits: (number | null)[]; outcome: unknown }> {
  const bench = await RunBatchBench.open(ENRICHMENT_BATCH);
  try {
    const { handle, calls, limits } = await scenarios[name](bench);
    const outcome = await handle.result().catch((error: unknown) => (error as Error).cause);
    return { calls, limits, outcome };
  } finally {
    await bench.close();
  }
}

describe('a batch of enrichments', () => {
  it.each(readdirSync(HISTORIES))('goes on with a run recorded earlier: %s', async (file) => {
    const history = JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as object;
    await Worker.runReplayHistory({ workflowBundle: { codePath: WORKFLOW_BUNDLE } }, history);
  });

  it('goes round by round until no enrichment is under way', async () => {
    expect(await play('completed')).toMatchObject({
      calls: ['enrichTickets', 'enrichTickets', 'enrichTickets', 'ended completed'],
      outcome: { outcome: 'completed', settled: 300 },
    });
  });

  it('has in each round as many under way as the round before it found right', async () => {
    expect(await play('completed')).toMatchObject({ limits: [null, 1, 2] });
    expect(await play('completed-in-message-batches')).toMatchObject({ limits: [null, 1, 2, 3] });
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

  it('that may wait sends, collects and begins in each round, until nothing is left', async () => {
    const { calls, outcome } = await play('completed-in-message-batches');
    expect(calls).toEqual([
      ...Array.from({ length: 4 }, () => ['submitted', 'collected', 'enrichTickets']).flat(),
      'ended completed',
    ]);
    expect(outcome).toMatchObject({ outcome: 'completed' });
  });

  it('follows what was sent to its end, though nobody waits for it any longer', async () => {
    const { calls } = await play('completed-when-what-was-sent-is-over');
    expect(calls.filter((call) => call === 'collected')).toHaveLength(3);
    expect(calls.at(-1)).toBe('ended completed');
  });

  it('that may wait goes one by one where there are no message batches', async () => {
    const { calls } = await play('completed-one-by-one-where-there-are-none');
    expect(calls.at(-1)).toBe('ended completed');
    expect(calls.filter((call) => call === 'enrichTickets')).toHaveLength(2);
  });

  it('sends nothing while it is paused, and collects all the same', async () => {
    const { calls } = await play('collected-while-paused');
    const meanwhile = calls.slice(calls.indexOf('paused') + 1, calls.indexOf('resumed'));
    expect(meanwhile.length).toBeGreaterThan(0);
    expect(new Set(meanwhile)).toEqual(new Set(['collected']));
  });

  it.each(['cancelled-in-message-batches', 'cancelled-in-temporal-in-message-batches'] as const)(
    'calls back what was sent and waits for its end before it ends: %s',
    async (name) => {
      const { calls } = await play(name);
      expect(calls.at(-1)).toBe('ended cancelled');
      expect(calls.slice(-3, -1)).toEqual(['called back', 'called back']);
    },
  );

  it('that was cancelled in an execution before this one only follows what was sent, and ends', async () => {
    const { calls, outcome } = await play('cancelled-in-an-execution-before');
    expect(calls).toEqual(['called back', 'called back', 'called back', 'ended cancelled']);
    expect(outcome).toMatchObject({ outcome: 'cancelled' });
  });

  it('that is cancelled waits in more than one execution for a provider that is away', async () => {
    const bench = await RunBatchBench.open(ENRICHMENT_BATCH);
    try {
      const looks = 105;
      const collect = (call: number) => ({ underWay: call < looks ? 1 : 0, waitMs: 60_000 });
      const { handle, calls } = await bench.start(() => of(100, 60_000), { collect }, { cancelled: true });
      const first = (await handle.describe()).runId;
      expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
      expect((await handle.describe()).runId).not.toBe(first);
      expect(calls).toEqual([...Array.from({ length: looks }, () => 'called back'), 'ended cancelled']);
    } finally {
      await bench.close();
    }
  });

  it('looks no more often than at what was sent while nothing else is left', async () => {
    const bench = await RunBatchBench.open(ENRICHMENT_BATCH);
    try {
      const { handle } = await bench.start(() => of(0, 1_000), {
        collect: (call) => ({ underWay: call < 3 ? 1 : 0, waitMs: 60_000 }),
      });
      await handle.result();
      const { startTime, closeTime } = await handle.describe();
      expect((closeTime ?? startTime).getTime() - startTime.getTime()).toBeGreaterThanOrEqual(120_000);
    } finally {
      await bench.close();
    }
  });

  it.each(['signal', 'progress', 'result'])('is told and tells what a batch of runs does: %s', (message) => {
    expect(shapeOf(readSample(`enrichment-batch/v1/${message}`))).toEqual(
      shapeOf(readSample(`run-batch/v1/${message}`)),
    );
  });

  it('is started as its first release was, under an id of its own', () => {
    const sent = enrichmentBatchInput(RUN_BATCH_INPUT, RUN_BATCH_INPUT.subject);
    expect(shapeOf(readSample('enrichment-batch/v1/input'))).toEqual(shapeOf(sent));
    const { cancelled, ...others } = readSample('enrichment-batch/v1/input-cancelled');
    expect(cancelled).toBe(true);
    expect(shapeOf(others)).toEqual(shapeOf(readSample('enrichment-batch/v1/input-may-wait')));
    const waiting = enrichmentBatchInput({ ...RUN_BATCH_INPUT, mayWait: true }, RUN_BATCH_INPUT.subject);
    expect(shapeOf(readSample('enrichment-batch/v1/input-may-wait'))).toEqual(shapeOf(waiting));
    expect(enrichmentBatchWorkflowId('org_1', 'bat_1')).toBe('enrichment-batch:org_1:bat_1');
  });
});
