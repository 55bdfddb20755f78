import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runSignal, runStartOptions } from '@docket/workflows/run/contract';
import {
  TICKET_ENRICHMENT,
  ticketEnrichmentInput,
  type TicketChangedSignal,
  type TicketEnrichmentInput,
} from '@docket/workflows/ticket-enrichment/contract';
import { EnrichmentBench, type StartedEnrichment } from './support/enrichment-bench.ts';
import { readSample, shapeOf } from './support/samples.ts';

const VERSION = 'ticket-enrichment/v1';
/** As they were sent by another release, whatever the present types say. */
const INPUT = readSample(`${VERSION}/input`) as unknown as TicketEnrichmentInput;
const SIGNAL = readSample(`${VERSION}/signal`) as unknown as TicketChangedSignal;
/** What an execution hands over to the one that goes on for it. */
const HANDED_OVER = readSample(`${VERSION}/input-handed-over`) as unknown as TicketEnrichmentInput;

describe('messages of ticketEnrichment, version 1', () => {
  let bench: EnrichmentBench;
  let run: StartedEnrichment;
  beforeAll(async () => {
    bench = await EnrichmentBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('are understood: a start and a signal of the samples lead to the result of the sample', async () => {
    run = await bench.start({}, { input: INPUT, signal: SIGNAL });
    expect(await run.handle.result()).toEqual(readSample(`${VERSION}/result`));
    expect(await run.progress()).toEqual(readSample(`${VERSION}/progress`));
  });

  it('hand every field of the start on to whoever needs it', () => {
    const { orgId, ticketId, enrichmentId, runId, immediate } = INPUT;
    expect(run.calls[0]).toMatchObject({
      name: 'gatherEvidence',
      input: { orgId, ticketId, enrichmentId, runId, immediate },
    });
  });

  it('of a hand-over are taken up in their order', async () => {
    const handed = await bench.start({}, { input: HANDED_OVER });
    await handed.handle.result();
    const gathered = handed.calls.filter(({ name }) => name === 'gatherEvidence');
    expect(gathered.map(({ enrichmentId }) => enrichmentId)).toEqual([
      HANDED_OVER.enrichmentId,
      ...(HANDED_OVER.waiting ?? []).map(({ enrichmentId }) => enrichmentId),
    ]);
  });

  it('are sent with every field that they were released with', () => {
    const { subject, ...start } = INPUT;
    const input = ticketEnrichmentInput(start, subject);
    const run = {
      kind: TICKET_ENRICHMENT,
      workflowId: 'ticket-enrichment:1',
      input,
      ...{ attempts: 1, queuedForMs: 0, org: 'org_1', subject },
    };
    expect(shapeOf(runStartOptions(run).args[0])).toEqual(expect.objectContaining(shapeOf(INPUT)));
    expect(shapeOf(runSignal(run)?.signalArgs[0] ?? {})).toEqual(expect.objectContaining(shapeOf(SIGNAL)));
  });
});
