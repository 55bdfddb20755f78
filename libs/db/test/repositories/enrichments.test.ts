import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { callOf, seedEnrichment } from '../../../../test/support/seeds/enrichment.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';

let db: TestDatabase;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
});

afterAll(() => db.drop());

function inOrg<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
  return db.tenants.withTenant(orgId, work);
}

describe('an enrichment', () => {
  it('that is ready shows on its ticket, with its citations and its cost', async () => {
    const document = await seedDocument(db, orgId);
    const { ticketId, enrichmentId } = await seedEnrichment(db, orgId, document);
    await inOrg(async (tx) => {
      expect(await tx.tickets.find(ticketId)).toMatchObject({ state: 'ready', revision: 1 });
      expect(
        await tx.tickets.list({ category: 'question', q: 'EXPORT' }, { limit: 5, beforeId: null }),
      ).toHaveLength(1);
      expect((await tx.enrichments.current(ticketId))?.id).toBe(enrichmentId);
      expect(await tx.evidence.citationsOf([enrichmentId])).toMatchObject([{ marker: 1, charEnd: 21 }]);
      const usage = await tx.modelCalls.usage(new Date(0), new Date(Date.now() + 60_000));
      expect(usage).toMatchObject([
        { calls: 1, costMicros: 4_000, usage: { input: 1_000 }, unpricedCalls: 0 },
      ]);
    });
  });

  it('waits at most once per ticket', async () => {
    const document = await seedDocument(db, orgId);
    const { ticketId } = await seedEnrichment(db, orgId, document);
    const queue = (): Promise<void> =>
      inOrg(async (tx) => {
        const runId = newId();
        await tx.runs.insert({
          ...{ id: runId, kind: 'ticketEnrichment', subjectKind: 'ticket', subjectId: ticketId },
          ...{ workflowId: 'w', input: {}, requestId: runId, traceparent: null },
        });
        await tx.enrichments.insert({
          ...{ id: newId(), ticketId, revision: 1, runId, askedPromptVersion: null, askedModel: null },
        });
      });
    await queue();
    await expect(queue()).rejects.toThrow(/enrichments_queued_key/);
  });

  it('that ended stays as it ended, and a superseded one never comes back', async () => {
    const { ticketId, enrichmentId } = await seedEnrichment(db, orgId, await seedDocument(db, orgId));
    await inOrg(async (tx) => {
      expect(await tx.enrichments.move(enrichmentId, { state: 'failed' })).toBe(false);
      expect(await tx.enrichments.supersedeOthers(ticketId, newId(), 'm')).toEqual([]);
    });
  });

  it('keeps one answer per question, whoever stores it', async () => {
    const ids = await seedEnrichment(db, orgId, await seedDocument(db, orgId));
    await inOrg(async (tx) => {
      expect(await tx.modelCalls.insert(callOf(ids))).toBe(false);
      expect(await tx.modelCalls.insert({ ...callOf(ids), outcome: 'model.timeout' })).toBe(true);
      expect(await tx.modelCalls.insert({ ...callOf(ids), round: 1 })).toBe(true);
    });
  });

  it('loses its citations and passages with the passages that are erased', async () => {
    const document = await seedDocument(db, orgId);
    const { enrichmentId } = await seedEnrichment(db, orgId, document);
    await db.asAdmin('delete from chunks where content_id = $1', [document.contentId]);
    await inOrg(async (tx) => {
      expect(await tx.evidence.citationsOf([enrichmentId])).toEqual([]);
      expect(await tx.evidence.passages(enrichmentId)).toEqual([]);
    });
  });
});

describe('a prompt', () => {
  it('begins behind the version that ships, and keeps every move of a label', async () => {
    const org = await db.createOrg();
    await db.tenants.withTenant(org, async (tx) => {
      const name = 'ticket-enrichment';
      expect(await tx.prompts.labels(name)).toMatchObject([
        { label: 'production', version: 1, movedBy: null },
      ]);
      const version = { system: 's', template: 't', model: null, params: {}, note: 'n' };
      expect(await tx.prompts.addVersion(name, newId(), version, 'key_1')).toBe(2);
      expect((await tx.prompts.versions(name)).map(({ version: number }) => number)).toEqual([2, 1]);
      await tx.prompts.moveLabel(name, newId(), { label: 'production', version: 2, note: 'try' }, 'key_1');
      await tx.prompts.moveLabel(name, newId(), { label: 'production', version: 1, note: 'back' }, 'key_2');
      expect(await tx.prompts.labels(name)).toMatchObject([{ version: 1, movedBy: 'key_2' }]);
      expect((await tx.prompts.moves(name, 'production')).map(({ note }) => note)).toEqual(['back', 'try']);
      expect(await tx.prompts.version(name, 3)).toBeNull();
      expect(await tx.prompts.addVersion('other', newId(), version, 'key_1')).toBe(1);
    });
  });
});
