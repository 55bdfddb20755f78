import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { tenancyProblems, tenantTables } from './tenancy-check.ts';

let db: TestDatabase;
let scratch: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  scratch = await createTestDatabase();
});

afterAll(async () => {
  await db.drop();
  await scratch.drop();
});

const TENANT = `org_id = nullif(current_setting('docket.org_id', true), '')::uuid`;

async function createLeaky(...statements: string[]): Promise<string[]> {
  await scratch.asAdmin(
    `create table leaky (org_id uuid); alter table leaky owner to docket_owner;
     alter table leaky enable row level security; alter table leaky force row level security;
     create policy tenant on leaky using (${TENANT}) with check (${TENANT})`,
  );
  for (const statement of statements) await scratch.asAdmin(statement);
  const problems = await tenancyProblems(scratch);
  await scratch.asAdmin('drop table leaky cascade');
  return problems;
}

describe('every table of schema public', () => {
  it('is bound by row-level security for its owner too, with the tenant policy for reading and writing', async () => {
    expect(await tenancyProblems(db)).toEqual([]);
  });

  it('is looked at: the check knows the tables and the partitions', async () => {
    const tables = await tenantTables(db);
    expect(tables).toEqual(
      expect.arrayContaining(['orgs', 'documents', 'chunk_embeddings', 'chunk_embeddings_p7']),
    );
    expect(tables).not.toContain('embedding_profiles');
  });
});

describe('the check of tenancy', () => {
  it('finds nothing to say of a table made as all are', async () => {
    expect(await createLeaky()).toEqual([]);
  });

  it.each([
    [
      'row-level security off',
      'alter table leaky disable row level security',
      'leaky: row level security is not enabled',
    ],
    [
      'an owner that is not bound',
      'alter table leaky no force row level security',
      'leaky: row level security is not forced',
    ],
    ['no policy', 'drop policy tenant on leaky', 'leaky: has no policy named tenant'],
    ['reading unbound', 'alter policy tenant on leaky using (true)', 'leaky: USING is true'],
    ['writing unbound', 'alter policy tenant on leaky with check (true)', 'leaky: WITH CHECK is true'],
    [
      'a second, wider policy',
      'create policy also on leaky for select using (true)',
      'leaky: policy also is for public',
    ],
    ['another owner', 'alter table leaky owner to docket_app', 'leaky: belongs to docket_app'],
    [
      'a view over it, which reads as its owner',
      'create view peek as select * from leaky',
      'peek: row level security is not enabled',
    ],
  ])('turns red over a table with %s', async (_, statement, problem) => {
    expect(await createLeaky(statement)).toContain(problem);
  });

  it('turns red over a plain new table that somebody forgot', async () => {
    await scratch.asAdmin('create table forgotten (org_id uuid)');
    expect(await tenancyProblems(scratch)).toEqual(
      expect.arrayContaining([
        'forgotten: row level security is not enabled',
        'forgotten: has no policy named tenant',
      ]),
    );
  });
});
