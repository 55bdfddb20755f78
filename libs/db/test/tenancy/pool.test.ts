import { createDataSource } from '@docket/db/data-source';
import { TenantDatabase } from '@docket/db/tenant-database';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';

jest.setTimeout(120_000);

const TRANSACTIONS = 2_000;
const POOL = 3;

let db: TestDatabase;
let dataSource: DataSource;
let tenants: TenantDatabase;
let orgs: string[];

beforeAll(async () => {
  db = await createTestDatabase();
  orgs = await Promise.all(Array.from({ length: 7 }, () => db.createOrg()));
  for (const orgId of orgs) {
    await db.tenants.withTenant(orgId, (tx) => tx.collections.findOrCreate(orgId, newId()));
  }
  const settings = { url: db.appUrl, poolSize: POOL, acquireTimeoutMs: 60_000, statementTimeoutMs: 15_000 };
  dataSource = await createDataSource({ ...settings, applicationName: 'docket-test-pool' }).initialize();
  tenants = new TenantDatabase(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await db.drop();
});

/** The orgs of all rows that are visible, whatever the query asks for. */
async function visibleOrgs(query: (sql: string) => Promise<{ org_id: string }[]>): Promise<string[]> {
  return (await query('select org_id from collections')).map((row) => row.org_id);
}

/** One transaction of an org: some commit, some fail in JavaScript, some are aborted by the database. */
async function transact(orgId: string, ending: number): Promise<string[]> {
  const seen: string[] = [];
  const work = tenants.withTenant(orgId, async (tx) => {
    seen.push(...(await visibleOrgs((sql) => tx.manager.query(sql))));
    if (ending === 1) throw new Error('the work failed');
    if (ending === 2) await tx.manager.query('select 1 / 0');
    seen.push(...(await visibleOrgs((sql) => tx.manager.query(sql))));
  });
  await work.catch((error: unknown) => {
    if (ending === 0) throw error;
  });
  return seen;
}

describe('connections that orgs take turns on', () => {
  it('never show a row of another org, over 2,000 interleaved transactions of all endings', async () => {
    const seen = await Promise.all(
      Array.from({ length: TRANSACTIONS }, async (_, index) => {
        const orgId = orgs[index % orgs.length] ?? '';
        return { orgId, seen: await transact(orgId, index % 3) };
      }),
    );
    const foreign = seen.filter(({ orgId, seen: visible }) => visible.some((id) => id !== orgId));
    expect(foreign).toEqual([]);
    expect(seen.filter(({ seen: visible }) => visible.length === 0)).toEqual([]);
  });

  it('remember no org when a transaction is over', async () => {
    const leftovers = await Promise.all(
      Array.from({ length: POOL * 4 }, () => visibleOrgs((sql) => dataSource.query(sql))),
    );
    expect(leftovers.flat()).toEqual([]);
  });
});
