import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ENRICHMENT_DECISION,
  enrichmentDecisionInput,
  type EnrichmentDecisionInput,
} from '@docket/workflows/enrichment-decision/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import { DAY_MS, DecisionBench } from './support/decision-bench.ts';
import { readSample, shapeOf } from './support/samples.ts';

const VERSION = 'enrichment-decision/v1';
/** As it was sent by another release, whatever the present types say. */
const INPUT = readSample(`${VERSION}/input`) as unknown as EnrichmentDecisionInput;

const startOf = (input: EnrichmentDecisionInput, queuedForMs: number) =>
  runStartOptions({
    kind: ENRICHMENT_DECISION,
    workflowId: 'enrichment-decision:1',
    input,
    ...{ attempts: 1, queuedForMs, org: 'org_1', subject: input.subject },
  }).args[0];

describe('messages of enrichmentDecision, version 1', () => {
  let bench: DecisionBench;
  beforeAll(async () => {
    bench = await DecisionBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('are understood: a start and an update of the samples lead to the results of the samples', async () => {
    const run = await bench.start(INPUT);
    run.row.decision = 'approve';
    expect(await run.tell(readSample(`${VERSION}/update`))).toEqual(readSample(`${VERSION}/update-result`));
    expect(await run.handle.result()).toEqual(readSample(`${VERSION}/result`));
  });

  it('are sent with every field that they were released with', () => {
    const { subject, ...start } = INPUT;
    expect(shapeOf(startOf(enrichmentDecisionInput(start, subject), 0))).toEqual(
      expect.objectContaining(shapeOf(INPUT)),
    );
  });

  it('wait no longer than was promised, however late the start', () => {
    expect(startOf(INPUT, 2 * DAY_MS)).toMatchObject({ remindAfterMs: 0, expireAfterMs: 28 * DAY_MS });
  });
});
