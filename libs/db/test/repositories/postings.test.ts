import { searchPassages } from '@docket/db/passage-search';
import type { LegHit, SearchFilter } from '@docket/db/search';
import { formatSparseVector } from '@docket/domain/search/sparse-vector';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { mergePostings } from '../../src/search/merge-postings.ts';
import { seedDocument, type SeededDocument } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(60_000);

const DOCUMENTS = 24;
const PASSAGES = 10;
const TERMS = 40;

let db: TestDatabase;
let orgId: string;
const seeded: SeededDocument[] = [];

/** The same on every run; low terms stand in many passages, high ones in few. */
function passagesOf(document: number) {
  return Array.from({ length: PASSAGES }, (_, index) => {
    const weights: Record<number, number> = {};
    for (let term = 1; term <= TERMS; term += 1) {
      const chance = (document * 7_919 + index * 104_729 + term * 1_299_709) % 997;
      if (chance < 997 / (1 + term / 4)) weights[term] = 0.5 + (chance % 89) / 100;
    }
    return { text: `passage ${document}-${index}`, weights };
  });
}

async function seed(document: number): Promise<SeededDocument> {
  const made = await seedDocument(db, orgId, {
    collection: document % 2 === 0 ? 'even' : 'odd',
    passages: passagesOf(document),
  });
  seeded.push(made);
  return made;
}

async function merge(): Promise<number> {
  return db.tenants.withTenant(orgId, (tx) => tx.postings.merge(1, 100));
}

async function blocks(): Promise<{ blocks: number; lists: number }> {
  const [row] = await db.asAdmin<{ blocks: number; lists: number }>(
    `select (select count(*)::integer from posting_blocks) as blocks,
            (select count(*)::integer from posting_lists) as lists`,
  );
  return row ?? { blocks: -1, lists: -1 };
}

async function bothWays(weights: Map<number, number>, filter: SearchFilter): Promise<[LegHit[], LegHit[]]> {
  const query = formatSparseVector(weights);
  return db.tenants.withTenant(orgId, async (tx) => [
    (await tx.search.lexicalTop(query, filter, 50)).hits,
    (await tx.postings.lexicalTop(weights, query, filter, 50)).hits,
  ]);
}

const queries = fc
  .uniqueArray(fc.integer({ min: 1, max: TERMS + 3 }), { minLength: 1, maxLength: 8 })
  .chain((terms) =>
    fc.tuple(...terms.map((term) => fc.tuple(fc.constant(term), fc.integer({ min: 1, max: 50 })))),
  )
  .map((entries) => new Map(entries.map(([term, weight]) => [term, weight / 10])));

async function expectSameAsScan(): Promise<void> {
  const filters = fc.constantFrom<SearchFilter>({}, { collectionId: seeded[0]?.collectionId ?? '' });
  await fc.assert(
    fc.asyncProperty(queries, filters, async (weights, filter) => {
      const [scanned, looked] = await bothWays(weights, filter);
      expect(looked).toEqual(scanned);
    }),
    { numRuns: 25 },
  );
}

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  await seedDocument(db, await db.createOrg(), { passages: passagesOf(0) });
  for (let document = 0; document < DOCUMENTS; document += 1) await seed(document);
});

afterAll(() => db.drop());

describe('the lists of a large organisation', () => {
  it('find what a scan finds, in its order and with its scores, before anything is merged', expectSameAsScan);

  it('find it when all is merged, in blocks of bounded size, and nothing is merged twice', async () => {
    const merged: number[] = [];
    for (let passages = await merge(); passages > 0; passages = await merge()) merged.push(passages);
    expect(merged).toEqual([100, 100, 40]);
    expect((await blocks()).blocks).toBe(3);
    await expectSameAsScan();
  });

  it('find what was indexed since, and let the rest wait until it is worth a block', async () => {
    await seed(DOCUMENTS);
    expect(await db.tenants.withTenant(orgId, (tx) => tx.postings.merge(11))).toBe(0);
    await expectSameAsScan();
  });

  it('find nothing of a document that was deleted or has another version', async () => {
    const [deleted, behind] = seeded;
    await db.asAdmin('update documents set deleted_at = now() where id = $1', [deleted?.documentId]);
    await db.asAdmin('update documents set current_content_id = null where id = $1', [behind?.documentId]);
    await expectSameAsScan();
    const [, looked] = await bothWays(new Map([[1, 1]]), {});
    const hidden = [...(deleted?.chunkIds ?? []), ...(behind?.chunkIds ?? [])];
    expect(looked.filter(({ id }) => hidden.includes(id))).toEqual([]);
  });

  it('keep nothing of a content that is erased or remade, and the others of its block are merged anew', async () => {
    const [erased, , remade] = seeded;
    await db.asAdmin('delete from documents where id = $1', [erased?.documentId]).catch(() => undefined);
    await db.asAdmin('update document_versions set content_id = null where content_id = $1', [
      erased?.contentId,
    ]);
    await db.asAdmin('update documents set current_content_id = null where current_content_id = $1', [
      erased?.contentId,
    ]);
    await db.asAdmin('delete from contents where id = $1', [erased?.contentId]);
    expect((await blocks()).blocks).toBe(2);
    const last = seeded[DOCUMENTS - 1];
    await db.asAdmin(`update contents set state = 'processing' where id = $1`, [last?.contentId]);
    expect((await blocks()).blocks).toBe(1);
    await db.asAdmin(`update contents set state = 'indexed' where id = $1`, [last?.contentId]);
    await expectSameAsScan();
    while ((await merge()) > 0);
    const members = await db.asAdmin<{ id: string }>('select chunk_id as id from posting_members');
    expect(members.map(({ id }) => id)).not.toContain(erased?.chunkIds[0]);
    expect(members.map(({ id }) => id)).toContain(remade?.chunkIds[0]);
    expect(new Set(members.map(({ id }) => id)).size).toBe(members.length);
    await expectSameAsScan();
  });

  it('are made for large organisations alone', async () => {
    await db.asAdmin('delete from posting_blocks');
    expect(await mergePostings(db.system, db.tenants)).toBe(0);
    await db.tenants.withTenant(orgId, (tx) => tx.lexemes.fold(1_000));
    await db.asAdmin('update lexeme_counts set chunk_count = 10000 where org_id = $1 and term = 0', [orgId]);
    // Large enough, but what waits is not worth a block.
    expect(await mergePostings(db.system, db.tenants)).toBe(0);
  });

  it('answer a search of an organisation that has become large', async () => {
    const query = { text: 'exports', vector: null, mode: 'lexical' as const, filter: {}, limit: 5 };
    await db.asAdmin('update lexeme_counts set chunk_count = 50000 where org_id = $1 and term = 0', [orgId]);
    expect(await db.tenants.withTenant(orgId, (tx) => searchPassages(tx, query, 0))).toEqual([]);
  });
});
