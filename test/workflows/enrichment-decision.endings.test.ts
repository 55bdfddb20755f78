import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { DAY_MS, DecisionBench, type StartedDecision } from './support/decision-bench.ts';
import { decisionScenarios } from './support/decision-scenarios.ts';

async function lasted({ handle }: StartedDecision): Promise<number> {
  const { startTime, closeTime } = await handle.describe();
  return (closeTime?.getTime() ?? 0) - startTime.getTime();
}

describe('enrichmentDecision ends', () => {
  let bench: DecisionBench;
  // A server for each, since waiting for a result moves its clock.
  beforeAll(async () => {
    bench = await DecisionBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('approved, with its effect before whoever told it is answered', async () => {
    const run = await bench.start();
    run.row.decision = 'approve';
    expect(await run.tell()).toEqual({ schemaVersion: 1, state: 'approved' });
    expect(await run.handle.result()).toEqual({ schemaVersion: 1, state: 'approved' });
    expect(run.calls).toEqual(['open', 'settle: told']);
    const { typedSearchAttributes } = await run.handle.describe();
    expect(typedSearchAttributes.get(searchAttributes.state)).toBe('approved');
  });

  it('once, however many tell it at the same time', async () => {
    const run = await bench.start();
    run.row.decision = 'edit';
    const told = await Promise.allSettled(Array.from({ length: 20 }, () => run.tell()));
    expect(told.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(await run.handle.result()).toMatchObject({ state: 'edited' });
    expect(run.calls.filter((call) => call.startsWith('settle'))).toHaveLength(1);
  });

  it('rejected on the 29th day, after one reminder', async () => {
    const run = await decisionScenarios['rejected-after-reminder'](bench);
    expect(await run.handle.result()).toMatchObject({ state: 'rejected' });
    expect(run.calls).toEqual(['open', 'remind', 'settle: told']);
    expect(await lasted(run)).toBeGreaterThanOrEqual(29 * DAY_MS);
  });

  it('expired after 30 days in which nobody decided, with a short history', async () => {
    const run = await decisionScenarios.expired(bench);
    expect(await run.handle.result()).toMatchObject({ state: 'decision_expired' });
    expect(run.calls).toEqual(['open', 'remind', 'settle: expired']);
    expect(await lasted(run)).toBeGreaterThanOrEqual(30 * DAY_MS);
    expect((await run.handle.fetchHistory()).events?.length).toBeLessThan(40);
  });

  it('not by being told of a decision that no row has', async () => {
    const run = await bench.start();
    expect(await run.tell()).toMatchObject({ state: 'awaiting_decision' });
    run.row.decision = 'approve';
    expect(await run.tell()).toMatchObject({ state: 'approved' });
    await run.handle.result();
  });

  it('not by a message that it does not know: the update is refused and leaves nothing', async () => {
    const run = await bench.start();
    for (const wrong of [
      { schemaVersion: 2, decision: 'approve' },
      { schemaVersion: 1, decision: 'burn' },
    ])
      await expect(run.tell(wrong)).rejects.toThrow();
    expect(run.calls).toEqual(['open']);
    run.row.decision = 'approve';
    await run.tell();
    await run.handle.result();
  });

  it('quietly, when a newer enrichment took its place', async () => {
    const run = await decisionScenarios.superseded(bench);
    expect(await run.handle.result()).toMatchObject({ state: 'superseded' });
  });

  it('cancelled by an operator; the row may still be decided on', async () => {
    const run = await decisionScenarios.cancelled(bench);
    await expect(run.handle.result()).rejects.toThrow();
    expect(run.calls.at(-1)).toBe('settle: cancelled');
  });
});
