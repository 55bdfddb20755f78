import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { EnrichmentBench, type StartedEnrichment } from './support/enrichment-bench.ts';
import { enrichmentScenarios } from './support/enrichment-scenarios.ts';

const namesOf = (run: StartedEnrichment): string[] => run.calls.map(({ name }) => name);

describe('ticketEnrichment ends', () => {
  let bench: EnrichmentBench;
  beforeAll(async () => {
    bench = await EnrichmentBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('ready, after one question; started and signalled with one enrichment, it is worked on once', async () => {
    const run = await enrichmentScenarios.ready(bench);
    const { enrichmentId } = run.input;
    expect(await run.handle.result()).toEqual({
      schemaVersion: 1,
      enrichmentId,
      state: 'ready',
      answerable: true,
    });
    expect(namesOf(run)).toEqual(['gatherEvidence', 'askModel', 'settleAnswer']);
    const { typedSearchAttributes } = await run.handle.describe();
    expect(typedSearchAttributes.get(searchAttributes.state)).toBe('ready');
  });

  it('ready, after one repair', async () => {
    const run = await enrichmentScenarios['ready-after-repair'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready', answerable: false });
    expect(namesOf(run)).toEqual(['gatherEvidence', 'askModel', 'settleAnswer', 'askModel', 'settleAnswer']);
    expect(run.calls.at(-1)?.input).toMatchObject({ round: 1 });
  });

  it('ready, however long a provider is away, with no history for the waiting', async () => {
    const run = await enrichmentScenarios['ready-after-waiting'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready' });
    expect(namesOf(run).filter((name) => name === 'askModel')).toHaveLength(4);
    const { events } = await run.handle.fetchHistory();
    const scheduled = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes);
    expect(scheduled).toHaveLength(1);
  });

  it('failed with the code, and the row is told', async () => {
    const run = await enrichmentScenarios.failed(bench);
    await expect(run.handle.result()).rejects.toMatchObject({ cause: { type: 'model.output_invalid' } });
    expect(run.calls.at(-1)).toMatchObject({
      name: 'endEnrichment',
      input: { end: { kind: 'failed', code: 'model.output_invalid' } },
    });
  });

  it('with the newer enrichment, when the ticket changes while the model is asked', async () => {
    const run = await enrichmentScenarios.superseded(bench);
    const result = await run.handle.result();
    expect(result.enrichmentId).not.toBe(run.input.enrichmentId);
    expect(result.state).toBe('ready');
    const told = run.calls.filter(({ name }) => name === 'endEnrichment');
    expect(told).toMatchObject([
      { enrichmentId: run.input.enrichmentId, input: { end: { kind: 'superseded' } } },
    ]);
  });

  it('ready, when it is said again while it is worked on: it does not take its own place', async () => {
    const run = await enrichmentScenarios['said-again-in-hand'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready', enrichmentId: run.input.enrichmentId });
    expect(namesOf(run)).toEqual(['gatherEvidence', 'askModel', 'settleAnswer']);
  });

  it('ready by a retry that comes while its failure is still being written', async () => {
    const run = await enrichmentScenarios['retried-in-hand'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready', enrichmentId: run.input.enrichmentId });
    const attemptsOf = (isEnd: boolean): unknown[] =>
      run.calls
        .filter(({ name }) => (name === 'endEnrichment') === isEnd)
        .map(({ name, input }) => [name, (input as { attempt?: number }).attempt]);
    expect(attemptsOf(false)).toEqual([
      ['gatherEvidence', 1],
      ['askModel', 1],
      ['settleAnswer', 1],
      ['gatherEvidence', 2],
      ['askModel', 2],
      ['settleAnswer', 2],
    ]);
    // A workflow task that is refused because of the signal runs its local activities again: the end is told twice.
    expect(new Set(attemptsOf(true).map(String))).toEqual(new Set(['endEnrichment,1']));
  });

  it('only when a changed ticket is quiet', async () => {
    const run = await enrichmentScenarios['waits-for-quiet'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready' });
    expect(namesOf(run).filter((name) => name === 'gatherEvidence')).toHaveLength(3);
    const { startTime, closeTime } = await run.handle.describe();
    expect((closeTime?.getTime() ?? 0) - startTime.getTime()).toBeGreaterThanOrEqual(5_000);
  });

  it('cancelled, and the row is told', async () => {
    const run = await enrichmentScenarios.cancelled(bench);
    await expect(run.handle.result()).rejects.toThrow();
    expect(run.calls.at(-1)).toMatchObject({ name: 'endEnrichment', input: { end: { kind: 'cancelled' } } });
  });

  it('without asking anybody, when the enrichment was ended before', async () => {
    const run = await enrichmentScenarios['nothing-to-do'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'superseded', answerable: null });
    expect(namesOf(run)).toEqual(['gatherEvidence']);
  });
});

// On a server of its own: the clock of the test server does not always come back from activities that failed.
describe('ticketEnrichment in a message batch ends', () => {
  let bench: EnrichmentBench;
  beforeAll(async () => {
    bench = await EnrichmentBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('ready, with the answer of a message batch as soon as it is told of it', async () => {
    const run = await enrichmentScenarios['answered-in-a-message-batch'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready' });
    expect(namesOf(run)).toEqual(['gatherEvidence', 'askModel', 'askModel', 'settleAnswer']);
    const { startTime, closeTime } = await run.handle.describe();
    expect((closeTime?.getTime() ?? 0) - startTime.getTime()).toBeLessThan(3_600_000);
  });

  it('ready though nobody tells it of its message batch: it looks once an hour', async () => {
    const run = await enrichmentScenarios['asked-alone-after-waiting'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'ready' });
    const { startTime, closeTime } = await run.handle.describe();
    const hours = ((closeTime?.getTime() ?? 0) - startTime.getTime()) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(3);
    expect(hours).toBeLessThan(4);
  });

  it('cancelled, when its batch was before it was asked; what else waits for the ticket is not touched', async () => {
    const run = await enrichmentScenarios['called-off-with-its-batch'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'cancelled', answerable: null });
    expect(run.calls.at(-1)).toMatchObject({ name: 'endEnrichment', input: { end: { kind: 'cancelled' } } });
  });

  it('with the newer enrichment, when the ticket changes while its message batch is waited for', async () => {
    const run = await enrichmentScenarios['changed-while-it-waits'](bench);
    const result = await run.handle.result();
    expect(result.enrichmentId).not.toBe(run.input.enrichmentId);
    const told = run.calls.filter(({ name }) => name === 'endEnrichment');
    expect(told).toMatchObject([
      { enrichmentId: run.input.enrichmentId, input: { end: { kind: 'superseded' } } },
    ]);
  });
});
