import { createEnrichmentBatchActivities } from '@docket/activities/enrichment-batch';
import type { EnrichTicketsInput } from '@docket/activities/enrichment-batch/types';
import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';

jest.setTimeout(60_000);

const MOST = 6;
/** What a search is said to take with few under way: so long that what this machine itself takes makes no difference. */
const SEARCH_MS = 4_000;

let db: TestDatabase;
let orgId: string;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

function inOrg<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
  return db.tenants.withTenant(orgId, work);
}

/** A batch of so many new tickets, of an organisation of its own. */
async function newBatch(tickets: number): Promise<EnrichTicketsInput> {
  orgId = await db.createOrg();
  const [batchId, runId] = [newId(), newId()];
  await inOrg(async (tx) => {
    for (let number = 0; number < tickets; number += 1)
      await tx.tickets.insert({
        ...{ id: newId(), externalId: `t-${number}`, subject: 's', body: 'b', language: null, channel: null },
        ...{ requester: {}, metadata: {}, writtenAt: null },
      });
    await tx.runs.insert({
      ...{ id: runId, kind: 'enrichmentBatch', subjectKind: 'batch', subjectId: batchId, input: {} },
      ...{ workflowId: `enrichment-batch:${batchId}`, requestId: 'r', traceparent: null },
    });
    await tx.batches.insert({ id: batchId, kind: 'enrichmentBatch', runId, spec: {} });
    await tx.enrichmentBatches.chooseTickets(batchId, {});
  });
  return { orgId, batchId, runId };
}

/** A round whose enrichments are started so, by the given attempt. */
function round(input: EnrichTicketsInput, startRun: (start: RunStart) => Promise<void>, attempt = 1) {
  const { enrichTickets } = createEnrichmentBatchActivities({
    tenants: db.tenants,
    inFlight: MOST,
    messageBatches: { requests: 100, pollMs: 60_000 },
    enrichmentRunOf: ({ ticketId }) => ({ kind: 'ticketEnrichment', workflowId: `w ${ticketId}`, input: {} }),
    startRun,
    newId,
  });
  return new MockActivityEnvironment({ attempt }).run(enrichTickets, input);
}

/** Takes an enrichment as far as its question, as if its search had taken so long, or to its end. */
async function goOn({ runId }: RunStart, retrieveMs: number, state: 'running' | 'cancelled'): Promise<void> {
  const [row] = await db.asAdmin<{ id: string }>('select id from enrichments where run_id = $1', [runId]);
  await inOrg(async (tx) => {
    await tx.runs.progress(runId, 'running', 'retrieve');
    await tx.enrichments.move(row?.id ?? '', { state: 'running', timings: { prepareMs: 0, retrieveMs } });
    if (state === 'cancelled') await tx.enrichments.move(row?.id ?? '', { state });
  });
}

/** The most that were under way at once while the searches of a round took as long as that. */
async function mostUnderWay(took: (underWay: number) => number): Promise<number> {
  const batch = await newBatch(400);
  const underWay: RunStart[] = [];
  let most = 0;
  await round(batch, async (start) => {
    underWay.push(start);
    most = Math.max(most, underWay.length);
    await goOn(start, took(underWay.length), 'running');
    setTimeout(() => void goOn(start, took(underWay.length), 'cancelled').then(() => underWay.shift()), 50);
  });
  return most;
}

describe('a round of a batch', () => {
  it('has few under way when more of them take longer', async () => {
    expect(
      await mostUnderWay((underWay) => (underWay <= 2 ? SEARCH_MS : SEARCH_MS * underWay)),
    ).toBeLessThanOrEqual(4);
  });

  it('gives way to tickets of other organisations that come one by one, and to no other batch', async () => {
    // Somewhat slower with more under way: enough to be felt, too little to stop a batch that is alone.
    const took = (underWay: number): number => (underWay <= 2 ? SEARCH_MS : 1.375 * SEARCH_MS);
    const alone = await mostUnderWay(took);
    const other = await newBatch(1);
    const single: RunStart[] = [];
    await round(other, async (start) => void single.push(start));
    // For as long as the test may take to get its next batch ready.
    await db.asAdmin(
      `update enrichments set batch_id = null, created_at = now() + interval '1 minute' where run_id = $1`,
      [single[0]?.runId],
    );
    expect(await mostUnderWay(took)).toBeLessThan(alone);
  });

  it('begins more than are with a model that takes its time, though one look was bad', async () => {
    const batch = await newBatch(2 * MOST);
    const asked: RunStart[] = [];
    const ask = async (start: RunStart): Promise<void> => {
      asked.push(start);
      await goOn(start, 80, 'running');
    };
    const limit = { limit: 3, floorMs: 80, isProbing: false };
    await db.asAdmin('update plans set concurrent_runs = 4');
    expect(await round({ ...batch, limit }, ask)).toMatchObject({ settled: 3 });
    await db.asAdmin('update plans set concurrent_runs = 1000');
    await round({ ...batch, limit: { ...limit, limit: 1 } }, ask);
    expect(asked.length).toBeGreaterThan(3);
  });

  it('counts one that nobody takes up with its age', async () => {
    const batch = await newBatch(2);
    const started: string[] = [];
    await round(batch, async ({ runId }) => void started.push(runId));
    const median = (slowMs: number) =>
      inOrg((tx) => tx.enrichmentBatches.medianMsToQuestion(started, slowMs));
    expect(await median(3_600_000)).toBeNull();
    await db.asAdmin(`update runs set created_at = now() - interval '9 seconds' where id = any($1)`, [
      started,
    ]);
    expect(await median(1_000)).toBeGreaterThanOrEqual(9_000);
    expect(await median(3_600_000)).toBeNull();
  });

  it('starts what a worker that died had written and not started, and begins nothing twice', async () => {
    const batch = await newBatch(1);
    const dies = (): Promise<void> => Promise.reject(new Error('killed'));
    expect(await round(batch, dies)).toMatchObject({ settled: 1, remaining: 1 });
    const started: RunStart[] = [];
    expect(await round(batch, async (start) => void started.push(start))).toMatchObject({ settled: 0 });
    expect(started).toEqual([]);
    expect(await round(batch, async (start) => void started.push(start), 2)).toMatchObject({ settled: 0 });
    expect(started).toMatchObject([{ kind: 'ticketEnrichment' }]);
  });
});
