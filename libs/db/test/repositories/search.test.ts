import { searchPassages } from '@docket/db/passage-search';
import type { SearchFilter } from '@docket/db/search';
import { termId } from '@docket/domain/search/lexical';
import { analyse } from '@docket/domain/text/analyser';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { halfVector } from '../../src/documents/half-vector.ts';
import {
  newVersion,
  PROFILE_ID,
  seedDocument,
  type SeedDocument,
  type SeededDocument,
} from '../../../../test/support/seeds/document.ts';

jest.setTimeout(60_000);

const COLLECTIONS = ['handbook', 'help'];
const MEDIA_TYPES = ['text/markdown', 'text/html'];
const AREAS = ['exports', 'payroll'];
const TERM = termId(analyse('exports', 'en')[0] ?? '');
const QUERY = `{${TERM}:1}/1000000000`;

type Known = SeededDocument & Required<Pick<SeedDocument, 'collection' | 'mediaType' | 'metadata'>>;

let db: TestDatabase;
let orgId: string;
const known: Known[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  const foreign = await db.createOrg();
  for (const collection of COLLECTIONS) {
    for (const mediaType of MEDIA_TYPES) {
      for (const area of AREAS) {
        const seed = { collection, mediaType, metadata: { area, team: collection }, passages: passages() };
        known.push({ ...seed, ...(await seedDocument(db, orgId, seed)) });
        await seedDocument(db, foreign, seed);
      }
    }
  }
});

afterAll(() => db.drop());

function passages() {
  return [1, 2].map((vector) => ({
    text: 'Exports run at night.',
    weights: { [TERM]: 1 + vector / 10 },
    vector: [vector, 1],
  }));
}

const filters = fc.record(
  {
    collection: fc.constantFrom(...COLLECTIONS),
    documents: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
    mediaType: fc.constantFrom(...MEDIA_TYPES, 'application/pdf'),
    metadata: fc.constantFrom<Record<string, string>>(
      { area: 'exports' },
      { area: 'payroll', team: 'help' },
      { area: 'none' },
      { other: 'x' },
      {},
    ),
  },
  { requiredKeys: [] },
);

function matches(
  document: Known,
  filter: { collection?: string; mediaType?: string; metadata?: Record<string, string> },
): boolean {
  return (
    (filter.collection === undefined || document.collection === filter.collection) &&
    (filter.mediaType === undefined || document.mediaType === filter.mediaType) &&
    Object.entries(filter.metadata ?? {}).every(([key, value]) => document.metadata[key] === value)
  );
}

async function everyLeg(filter: SearchFilter): Promise<Record<string, string[]>> {
  const all = known.flatMap(({ chunkIds }) => chunkIds);
  return db.tenants.withTenant(orgId, async (tx) => {
    const vector = { profileId: PROFILE_ID, values: Float32Array.of(1, 1) };
    const query = { text: 'exports', vector, filter, limit: 50 };
    const ids = async (mode: 'hybrid' | 'lexical' | 'vector') =>
      (await searchPassages(tx, { ...query, mode }, 0.5)).map(({ chunkId }) => chunkId);
    return {
      lexicalTop: (await tx.search.lexicalTop(QUERY, filter, 300)).hits.map(({ id }) => id),
      vectorTop: (
        await tx.search.vectorTop(PROFILE_ID, halfVector(Float32Array.of(1, 1)), filter, 300, 'exact')
      ).map(({ id }) => id),
      passages: [...(await tx.search.passages(all, filter)).keys()],
      hybrid: await ids('hybrid'),
      lexical: await ids('lexical'),
      vector: await ids('vector'),
    };
  });
}

describe('a search under a filter', () => {
  it('finds exactly the passages of the documents that match all of it, in every leg and mode', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async ({ collection, documents, mediaType, metadata }) => {
        const chosen = documents && known.filter((_, index) => documents.includes(index));
        const expected = known
          .filter((document) =>
            matches(document, {
              ...(collection ? { collection } : {}),
              ...(mediaType ? { mediaType } : {}),
              ...(metadata ? { metadata } : {}),
            }),
          )
          .filter((document) => !chosen || chosen.includes(document))
          .flatMap(({ chunkIds }) => chunkIds);
        const collectionId = known.find((document) => document.collection === collection)?.collectionId;
        const found = await everyLeg({
          ...(collectionId ? { collectionId } : {}),
          ...(chosen ? { documentIds: chosen.map(({ documentId }) => documentId) } : {}),
          ...(mediaType ? { mediaType } : {}),
          ...(metadata ? { metadata } : {}),
        });
        for (const [leg, ids] of Object.entries(found)) {
          expect({ leg, ids: ids.toSorted() }).toEqual({ leg, ids: expected.toSorted() });
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('what a search shows', () => {
  it('orders by score and, where scores are equal, always the same way', async () => {
    const [first, second] = await Promise.all([everyLeg({}), everyLeg({})]);
    expect(first).toEqual(second);
    const { hits: scores } = await db.tenants.withTenant(orgId, (tx) => tx.search.lexicalTop(QUERY, {}, 300));
    expect(scores.map(({ score }) => score)).toEqual(
      scores.map(({ score }) => score).toSorted((left, right) => right - left),
    );
    expect(scores[0]?.score).toBeCloseTo(1.2);
  });

  it('names each passage once, under its oldest document, with every other one that shows it', async () => {
    const [first, second, third] = known;
    if (!first || !second || !third) throw new Error('eight documents were seeded');
    const share = 'update documents set current_content_id = $2 where id = $1';
    for (const { documentId } of [second, third]) await db.asAdmin(share, [documentId, first.contentId]);
    try {
      const rows = await db.tenants.withTenant(orgId, (tx) => tx.search.passages(first.chunkIds, {}));
      for (const chunkId of first.chunkIds) {
        expect(rows.get(chunkId)?.documents.map(({ id }) => id)).toEqual(
          [first, second, third].map(({ documentId }) => documentId).toSorted(),
        );
      }
      const narrowed = await db.tenants.withTenant(orgId, (tx) =>
        tx.search.passages(first.chunkIds, { documentIds: [third.documentId] }),
      );
      expect([...narrowed.values()].map(({ documents }) => documents.map(({ id }) => id))).toEqual([
        [third.documentId],
        [third.documentId],
      ]);
      const legs = await everyLeg({});
      for (const ids of Object.values(legs)) expect(ids.length).toBe(new Set(ids).size);
    } finally {
      for (const { documentId, contentId } of [second, third])
        await db.asAdmin(share, [documentId, contentId]);
    }
  });

  it('goes by the media type of the version that is searchable, not of one that is still to come', async () => {
    const document = known.find(({ mediaType }) => mediaType === 'text/markdown');
    if (!document) throw new Error('a Markdown document was seeded');
    const next = { ...newVersion(newId(), document.documentId), version: 2, mediaType: 'application/pdf' };
    await db.tenants.withTenant(orgId, async ({ documents, versions }) => {
      await versions.insert(next);
      await documents.update(document.documentId, { latestVersion: 2 });
    });
    for (const ids of Object.values(await everyLeg({ mediaType: 'application/pdf' })))
      expect(ids).toEqual([]);
    for (const ids of Object.values(await everyLeg({ mediaType: 'text/markdown' }))) {
      expect(ids).toEqual(expect.arrayContaining(document.chunkIds));
    }
  });

  it('is nothing of a document that was deleted, or whose content is not current', async () => {
    const [gone, behind] = known;
    if (!gone || !behind) throw new Error('eight documents were seeded');
    await db.asAdmin('update documents set deleted_at = now() where id = $1', [gone.documentId]);
    await db.asAdmin('update documents set current_content_id = null where id = $1', [behind.documentId]);
    const hidden = [...gone.chunkIds, ...behind.chunkIds];
    for (const [leg, ids] of Object.entries(await everyLeg({}))) {
      expect({ leg, shown: ids.filter((id) => hidden.includes(id)) }).toEqual({ leg, shown: [] });
      expect(ids).toHaveLength(12);
    }
  });
});
