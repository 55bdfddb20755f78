import { createDataSource } from '@docket/db/data-source';
import { ReadLanes } from '@docket/db/read-lanes';
import { TenantDatabase } from '@docket/db/tenant-database';
import { expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId } from '../support/database.ts';

jest.setTimeout(600_000);

const TRANSACTIONS = 100_000;
/** Few, so that orgs take turns on each connection all the time. */
const POOL = 4;
const AT_ONCE = 24;
const ORGS = 11;
/** Connections on which single reads of several orgs are under way together. */
const LANES = 2;

/** How a transaction ends: well, by an error of the work, by one of the database, or by a statement that runs out of time. */
const ENDINGS = ['well', 'well', 'error', 'well', 'abort', 'well', 'timeout'] as const;

it(`${TRANSACTIONS} interleaved transactions over ${POOL + LANES} connections never show or touch a row of another org`, async () => {
  const db = await createTestDatabase();
  const settings = {
    url: db.appUrl,
    acquireTimeoutMs: 60_000,
    statementTimeoutMs: 15_000,
    applicationName: 'docket-test-interleavings',
  };
  const dataSource = await createDataSource({ ...settings, poolSize: POOL }).initialize();
  const tenants = new TenantDatabase(dataSource);
  const lanes = new ReadLanes(settings, LANES);
  const orgs = await Promise.all(Array.from({ length: ORGS }, () => db.createOrg()));
  for (const orgId of orgs)
    await db.tenants.withTenant(orgId, (tx) => tx.collections.findOrCreate('mine', newId()));
  const wrong: string[] = [];
  let looks = 0;

  async function look(orgId: string, query: (sql: string) => Promise<{ org_id: string }[]>): Promise<void> {
    // Both without a condition: what is not the org's is kept out by row-level security or by nothing.
    const rows = await query('select org_id from collections');
    looks += 1;
    if (rows.length !== 1 || rows[0]?.org_id !== orgId) wrong.push(`${orgId} saw ${JSON.stringify(rows)}`);
  }

  async function transact(orgId: string, ending: (typeof ENDINGS)[number], writes: boolean): Promise<void> {
    const work = tenants.withTenant(orgId, async (tx) => {
      const query = (sql: string): Promise<{ org_id: string }[]> => tx.manager.query(sql);
      await look(orgId, query);
      if (writes) {
        const [rows]: [unknown[], number] = await tx.manager.query(
          `update collections set description = coalesce(description, '') returning org_id`,
        );
        if (rows.length !== 1) wrong.push(`${orgId} changed ${rows.length} rows`);
      }
      if (ending === 'error') throw new Error('the work failed');
      if (ending === 'abort') await query('select 1 / 0');
      if (ending === 'timeout') await query('set local statement_timeout = 1; select pg_sleep(0.005)');
      await look(orgId, query);
    });
    await work.catch((error: unknown) => {
      if (ending === 'well') throw error;
    });
  }

  /** A single read, or one that fails: the statement after the one that binds, or that one itself. */
  async function readAlone(orgId: string, ending: (typeof ENDINGS)[number]): Promise<void> {
    const binding = { text: `select set_config('docket.org_id', $1, true)`, values: [orgId] };
    const failing = { text: 'select 1 / $1::integer', values: ['0'] };
    const work = look(orgId, (text) =>
      lanes.read(ending === 'error' ? failing : binding, ending === 'abort' ? failing : { text, values: [] }),
    );
    await work.catch((error: unknown) => {
      if (ending !== 'error' && ending !== 'abort') throw error;
    });
  }

  try {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = (next += 1); index <= TRANSACTIONS; index = next += 1) {
        const orgId = orgs[(index * 7) % ORGS] ?? '';
        const ending = ENDINGS[index % ENDINGS.length] ?? 'well';
        if (index % 3 === 0) await readAlone(orgId, ending);
        else await transact(orgId, ending, index % 10 === 0);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(wrong).toEqual([]);
    expect(looks).toBeGreaterThan(TRANSACTIONS);
  } finally {
    await lanes.close();
    await dataSource.destroy();
    await db.drop();
  }
});
