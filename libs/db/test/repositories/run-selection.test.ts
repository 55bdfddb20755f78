import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';
import {
  newRun,
  newVersion,
  seedDocument,
  type SeededDocument,
} from '../../../../test/support/seeds/document.ts';

jest.setTimeout(30_000);

const NIL = '00000000-0000-0000-0000-000000000000';

let db: TestDatabase;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
});

afterAll(() => db.drop());

/** What is undone with a build, and what a batch finds by it. */
async function madeBy(build: string): Promise<{ undone: string[]; inBatch: number }> {
  return db.tenants.withTenant(orgId, async ({ batches, runs }) => {
    const undone = await runs.madeByBuild(build, ['documentIngest', 'ticketEnrichment'], NIL, 10);
    const counted = await batches.countRuns({ states: ['succeeded', 'failed'], madeBy: build });
    return {
      undone: undone.map(({ id }) => id),
      inBatch: counted.reduce((sum, { count }) => sum + count, 0),
    };
  });
}

/** Another version of a document, which came to nothing. */
async function failedVersion({ documentId }: SeededDocument, version: number): Promise<string> {
  const runId = newId();
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.runs.insert({ ...newRun(runId), subjectId: documentId });
    await tx.versions.insert({ ...newVersion(newId(), documentId), version, runId });
    await tx.runs.join(runId, newId(), 'bad');
    await tx.runs.end(runId, { state: 'failed', error: { code: 'document.unreadable', message: 'No.' } });
  });
  return runId;
}

describe('what a worker build made', () => {
  it('is an enrichment of its ticket also when a replay came since', async () => {
    const document = await seedDocument(db, orgId);
    const { ticketId, enrichmentId, runId } = await seedEnrichment(db, orgId, document);
    await db.tenants.withTenant(orgId, async (tx) => {
      await tx.runs.join(runId, newId(), 'of tickets');
      await tx.runs.end(runId, { state: 'succeeded' });
      const replay = newId();
      await tx.runs.insert({
        ...{ id: replay, kind: 'enrichmentReplay', subjectKind: 'enrichment', subjectId: enrichmentId },
        ...{ workflowId: `w ${replay}`, input: {}, requestId: replay, traceparent: null },
      });
      await tx.replays.insert(1, {
        ...{ id: newId(), runId: replay, original: { id: enrichmentId, ticketId, revision: 1 }, trial: null },
        ...{ passagesFrom: 'pinned', askedPromptVersion: null, askedModel: null },
      });
    });
    expect(await madeBy('of tickets')).toEqual({ undone: [runId], inBatch: 1 });
  });

  it('is a version that failed above the one that is searchable, and none below', async () => {
    const document = await seedDocument(db, orgId);
    const above = await failedVersion(document, 3);
    expect(await madeBy('bad')).toEqual({ undone: [above], inBatch: 1 });
    await db.asAdmin('update documents set current_version = 4, latest_version = 4 where id = $1', [
      document.documentId,
    ]);
    expect(await madeBy('bad')).toEqual({ undone: [], inBatch: 0 });
  });
});
