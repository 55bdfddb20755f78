import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ENRICHMENT_REPLAY,
  enrichmentReplayInput,
  type EnrichmentReplayInput,
} from '@docket/workflows/enrichment-replay/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import { EnrichmentBench, type StartedReplay } from './support/enrichment-bench.ts';
import { replayScenarios } from './support/replay-scenarios.ts';
import { readSample, shapeOf } from './support/samples.ts';

const VERSION = 'enrichment-replay/v1';
/** As it was sent by another release, whatever the present types say. */
const INPUT = readSample(`${VERSION}/input`) as unknown as EnrichmentReplayInput;

const namesOf = (run: StartedReplay): string[] => run.calls.map(({ name }) => name);

describe('enrichmentReplay ends', () => {
  let bench: EnrichmentBench;
  beforeAll(async () => {
    bench = await EnrichmentBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('ready, after one question', async () => {
    const run = await replayScenarios.ready(bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready', answerable: true });
    expect(namesOf(run)).toEqual(['prepareReplay', 'askModel', 'settleAnswer']);
  });

  it('ready, after one repair', async () => {
    const run = await replayScenarios['ready-after-repair'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready', answerable: false });
    expect(run.calls.at(-1)?.input).toMatchObject({ round: 1 });
  });

  it('failed where passages have gone, asks nobody, and the row is told', async () => {
    const run = await replayScenarios['passages-erased'](bench);
    const code = 'enrichment.passages_erased';
    await expect(run.handle.result()).rejects.toMatchObject({ cause: { type: code } });
    expect(namesOf(run)).toEqual(['prepareReplay', 'endEnrichment']);
    expect(run.calls.at(-1)?.input).toMatchObject({ end: { kind: 'failed', code } });
  });

  it('cancelled, and the row is told', async () => {
    const run = await replayScenarios.cancelled(bench);
    await expect(run.handle.result()).rejects.toThrow();
    expect(run.calls.at(-1)).toMatchObject({ name: 'endEnrichment', input: { end: { kind: 'cancelled' } } });
  });

  it('without asking anybody, when it was ended before', async () => {
    const run = await replayScenarios['nothing-to-do'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ended', answerable: null });
    expect(namesOf(run)).toEqual(['prepareReplay']);
  });

  it('as it did for another release: its messages are understood, and sent with every field', async () => {
    const run = await bench.replay({}, INPUT);
    expect(await run.handle.result()).toEqual(readSample(`${VERSION}/result`));
    const { orgId, ticketId, enrichmentId, runId } = INPUT;
    expect(run.calls[0]?.input).toEqual({ orgId, ticketId, enrichmentId, runId });
    const { subject, ...start } = INPUT;
    const [sent] = runStartOptions({
      kind: ENRICHMENT_REPLAY,
      workflowId: 'enrichment-replay:1',
      input: enrichmentReplayInput(start, subject),
      ...{ attempts: 1, queuedForMs: 0, org: 'org_1', subject },
    }).args;
    expect(shapeOf(sent)).toEqual(expect.objectContaining(shapeOf(INPUT)));
  });
});
