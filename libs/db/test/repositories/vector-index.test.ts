import type { LegHit } from '@docket/db/search';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { halfVector } from '../../src/documents/half-vector.ts';
import { buildProfileIndex } from '../../src/migration/profile-index.ts';
import { PROFILE_ID, seedDocument } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(60_000);

const DIMENSION = 16;
const PASSAGES = 400;

let db: TestDatabase;
let orgId: string;

/** The same on every run, and spread out. */
function vectorOf(seed: number): number[] {
  return Array.from({ length: DIMENSION }, (_, place) => Math.sin(seed * 12.9898 + place * 78.233));
}

function passages(offset: number) {
  return Array.from({ length: PASSAGES }, (_, index) => ({
    text: `passage ${index}`,
    weights: { 1: 1 },
    vector: vectorOf(offset + index),
  }));
}

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  await seedDocument(db, orgId, { passages: passages(0) });
  await seedDocument(db, await db.createOrg(), { passages: passages(10_000) });
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  try {
    await buildProfileIndex(client, { id: PROFILE_ID, dimension: DIMENSION });
  } finally {
    await client.end();
  }
});

afterAll(() => db.drop());

describe('the vector leg by index', () => {
  it('finds nearly what an exact scan finds, as the application role, with another org in the same index', async () => {
    let same = 0;
    const asked = 20;
    for (let seed = 0; seed < asked; seed += 1) {
      const query = halfVector(Float32Array.from(vectorOf(seed + 0.5)));
      const [exact, indexed] = await db.tenants.withTenant(
        orgId,
        async (tx): Promise<[LegHit[], LegHit[]]> => [
          await tx.search.vectorTop(PROFILE_ID, query, {}, 10, 'exact'),
          await tx.search.vectorTop(PROFILE_ID, query, {}, 10, 'index'),
        ],
      );
      expect(indexed).toHaveLength(10);
      const found = new Set(indexed.map(({ id }) => id));
      same += exact.filter(({ id }) => found.has(id)).length;
    }
    expect(same / (10 * asked)).toBeGreaterThanOrEqual(0.98);
  });

  it('is built again without harm', async () => {
    const client = new pg.Client({ connectionString: db.adminUrl });
    await client.connect();
    try {
      expect(await buildProfileIndex(client, { id: PROFILE_ID, dimension: DIMENSION })).toBe(0);
    } finally {
      await client.end();
    }
  });
});
