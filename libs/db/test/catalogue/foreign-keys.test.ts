import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.drop());

/** Foreign keys without a whole, valid index that begins with their columns, in any order. */
async function bareForeignKeys(): Promise<string[]> {
  const rows = await db.asAdmin<{ name: string }>(
    `select k.conrelid::regclass || ' ' || k.conname as name from pg_constraint k
      where k.contype = 'f' and k.connamespace = 'public'::regnamespace
        and not exists (select 1 from pg_index i where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
              and (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey) order by 1`,
  );
  return rows.map(({ name }) => name);
}

describe('every foreign key', () => {
  it('has an index that begins with its columns, or deleting what it points to would scan a table', async () => {
    const [counted] = await db.asAdmin<{ keys: number }>(
      `select count(*)::integer as keys from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    expect(counted?.keys).toBeGreaterThan(15);
    expect(await bareForeignKeys()).toEqual([]);
  });

  it('is missed by the check when its index goes, and not met by a partial one', async () => {
    await db.asAdmin('drop index document_versions_org_id_run_id_idx');
    await db.asAdmin('create index partial on document_versions (org_id, run_id) where run_id is not null');
    expect(await bareForeignKeys()).toEqual(['document_versions document_versions_org_id_run_id_fkey']);
  });
});

describe('every foreign key between tenant tables', () => {
  it('carries the org, so that a row cannot point into another org', async () => {
    const rows = await db.asAdmin<{ name: string }>(
      `select k.conname as name from pg_constraint k
        where k.contype = 'f' and k.connamespace = 'public'::regnamespace
          and k.confrelid not in ('orgs'::regclass, 'embedding_profiles'::regclass, 'plans'::regclass, 'users'::regclass,
                'sessions'::regclass)
          and not exists (select 1 from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                and a.attname = 'org_id')`,
    );
    expect(rows).toEqual([]);
  });
});
