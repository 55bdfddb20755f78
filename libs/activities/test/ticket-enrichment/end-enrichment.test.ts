import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EnrichmentSubject } from '@docket/activities/ticket-enrichment/types';
import { takeUpEnrichment } from '@docket/activities/take-up';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { TicketPipeline } from '../../../../test/support/ticket-pipeline.ts';

const FAILED = { kind: 'failed', code: 'model.refused', message: 'It would not.' } as const;

let database: TestDatabase;
let orgId: string;
let pipeline: TicketPipeline;
let ticket: EnrichmentSubject;

beforeAll(async () => {
  database = await createTestDatabase();
  orgId = await database.createOrg();
  pipeline = new TicketPipeline(database.tenants, orgId, []);
}, 60_000);
beforeEach(async () => {
  ticket = await pipeline.send({ subject: 'The export', body: 'When does the export run?' });
});
afterAll(() => database.drop(), 60_000);

async function states(): Promise<unknown> {
  const { enrichmentId, runId } = ticket;
  return database.tenants.withTenant(orgId, async (tx) => {
    const [enrichment, run] = [await tx.enrichments.find(enrichmentId), await tx.runs.find(runId)];
    const executions = await tx.runs.executionsOf([runId]);
    return [enrichment?.state, run?.state, executions.map(({ endedAt }) => endedAt === null)];
  });
}

async function retry(): Promise<void> {
  const request = { kind: 'retry', by: 'person' } as const;
  await takeUpEnrichment(database.tenants)(orgId, ticket.runId, request, async () => undefined);
}

describe('the end of an enrichment that did not end well', () => {
  it('said again after somebody retried it ends nothing', async () => {
    await pipeline.run('endEnrichment', { ...ticket, attempt: 1, end: FAILED });
    expect(await states()).toEqual(['failed', 'failed', [false]]);
    await retry();
    await pipeline.run('endEnrichment', { ...ticket, attempt: 1, end: FAILED });
    expect(await states()).toEqual(['queued', 'queued', [false]]);
    await pipeline.run('endEnrichment', { ...ticket, attempt: 2, end: FAILED });
    expect(await states()).toEqual(['failed', 'failed', [false]]);
  });

  it('of a build that names no attempt counts as before', async () => {
    await pipeline.run('endEnrichment', { ...ticket, end: { kind: 'cancelled' } });
    expect(await states()).toEqual(['cancelled', 'cancelled', [false]]);
  });

  it('leaves its execution open to a retry that goes on in it, for whoever looks which runs that one left behind', async () => {
    await pipeline.run('gatherEvidence', { ...ticket, immediate: true, attempt: 1 });
    await pipeline.run('endEnrichment', { ...ticket, attempt: 1, end: FAILED });
    await retry();
    await pipeline.run('gatherEvidence', { ...ticket, immediate: true, attempt: 2 });
    expect(await states()).toEqual(['running', 'running', [true]]);
  });
});
