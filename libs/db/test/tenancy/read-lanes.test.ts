import { ReadLanes } from '@docket/db/read-lanes';
import { TenantReads } from '@docket/db/tenant-reads';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { until } from '../../../../test/support/until.ts';

const APPLICATION = 'docket-test-lanes';
const AS_ORG = `select set_config('docket.org_id', $1, true)`;
const AS_NOBODY = { text: 'select 1', values: [] };
const ALL = { text: 'select org_id from collections', values: [] };

let db: TestDatabase;
let orgs: string[];
let lanes: ReadLanes;
/** Of a key of the first org. */
const keyHash = randomBytes(32);

beforeAll(async () => {
  db = await createTestDatabase();
  orgs = await Promise.all(Array.from({ length: 5 }, () => db.createOrg()));
  for (const orgId of orgs)
    await db.tenants.withTenant(orgId, (tx) => tx.collections.findOrCreate('mine', newId()));
  const key = { id: newId(), name: 'key', prefix: 'dk_live_abcd', keyHash, scopes: ['search'] };
  await db.tenants.withTenant(orgs[0] ?? '', (tx) => tx.apiKeys.create({ ...key, expiresAt: null }));
});

beforeEach(() => {
  lanes = new ReadLanes(
    { url: db.appUrl, acquireTimeoutMs: 5_000, statementTimeoutMs: 200, applicationName: APPLICATION },
    1,
  );
});

afterEach(() => lanes.close());
afterAll(() => db.drop());

function asOrg(orgId: string): { text: string; values: string[] } {
  return { text: AS_ORG, values: [orgId] };
}

function backends(): Promise<{ pid: number }[]> {
  return db.asAdmin<{ pid: number }>('select pid from pg_stat_activity where application_name = $1', [
    APPLICATION,
  ]);
}

it('reads under way together on one connection each see their own org, whatever fails between them', async () => {
  const failing = [
    { text: 'select 1 / $1::integer', values: ['0'] },
    { text: 'select pg_sleep($1::float8)', values: ['0.3'] },
    { text: 'select no_such_column from collections', values: [] },
  ];
  const outcomes = await Promise.all(
    Array.from({ length: 600 }, async (_, index) => {
      const orgId = orgs[(index * 3) % orgs.length] ?? '';
      const wrong = index % 50 === 7 ? failing[(index >> 4) % failing.length] : undefined;
      const rows = await lanes.read<{ org_id: string }>(asOrg(orgId), wrong ?? ALL).catch(() => 'failed');
      return { orgId, failed: wrong !== undefined, rows };
    }),
  );
  for (const { orgId, failed, rows } of outcomes)
    expect(rows).toEqual(failed ? 'failed' : [{ org_id: orgId }]);
});

it('what a read bound is gone with it: the next on the connection that binds nobody finds nothing', async () => {
  const reads = new TenantReads(lanes);
  const [orgId = ''] = orgs;
  const bound = [
    () => lanes.read(asOrg(orgId), ALL),
    () => reads.collection(orgId, newId()),
    () => reads.roleInSession(orgId, newId(), newId()),
    () => reads.usableKey(keyHash),
  ];
  for (const read of bound) {
    await read();
    expect(await lanes.read(AS_NOBODY, ALL)).toEqual([]);
  }
  expect(await backends()).toHaveLength(1);
});

it('a read after one whose binding failed is not run', async () => {
  await expect(lanes.read({ text: 'select 1 / $1::integer', values: ['0'] }, ALL)).rejects.toThrow(
    'division by zero',
  );
  expect(await lanes.read(AS_NOBODY, ALL)).toEqual([]);
});

it('a first read that fails takes none of those along that were sent behind it', async () => {
  const failing = { text: 'select 1 / $1::integer', values: ['0'] };
  const [first, ...behind] = await Promise.allSettled([
    // Neither statement is known to the connection yet, and the second is never parsed.
    lanes.read(failing, ALL),
    ...Array.from({ length: 20 }, () => lanes.read(asOrg(orgs[0] ?? ''), ALL)),
  ]);
  expect(first.status).toBe('rejected');
  expect(behind.map(({ status }) => status)).toEqual(behind.map(() => 'fulfilled'));
  expect(await backends()).toHaveLength(1);
});

it('nothing can be changed by a read', async () => {
  const change = { text: `update collections set description = 'x' returning id`, values: [] };
  await expect(lanes.read(asOrg(orgs[0] ?? ''), change)).rejects.toThrow('read-only transaction');
});

it('a connection that was lost fails what was under way and is replaced', async () => {
  const lost = lanes.read(asOrg(orgs[0] ?? ''), { text: 'select pg_sleep(0.15)', values: [] });
  lost.catch(() => undefined);
  await until('the connection is open', async () => (await backends()).length === 1);
  for (const { pid } of await backends()) await db.asAdmin('select pg_terminate_backend($1)', [pid]);
  await expect(lost).rejects.toThrow(/terminat/);
  expect(await lanes.read(asOrg(orgs[1] ?? ''), ALL)).toEqual([{ org_id: orgs[1] }]);
});

it('a statement whose preparation the server has forgotten is prepared anew', async () => {
  expect(await lanes.read(asOrg(orgs[0] ?? ''), ALL)).toHaveLength(1);
  await lanes.read(AS_NOBODY, { text: 'deallocate all', values: [] });
  expect(await lanes.read(asOrg(orgs[0] ?? ''), ALL)).toEqual([{ org_id: orgs[0] }]);
});

it('a statement that is stale on every connection, as after a migration, is prepared anew', async () => {
  const two = new ReadLanes(
    { url: db.appUrl, acquireTimeoutMs: 5_000, statementTimeoutMs: 2_000, applicationName: APPLICATION },
    2,
  );
  const [orgId = ''] = orgs;
  const onBoth = () => Promise.all(Array.from({ length: 2 }, () => two.read(asOrg(orgId), ALL)));
  await onBoth();
  expect(await backends()).toHaveLength(2);
  await Promise.all(
    Array.from({ length: 2 }, () => two.read(AS_NOBODY, { text: 'deallocate all', values: [] })),
  );
  expect(await two.read(asOrg(orgId), ALL)).toEqual([{ org_id: orgId }]);
  await two.close();
});

it('a key counts until the moment it expires or is revoked, and names its own org', async () => {
  const reads = new TenantReads(lanes);
  const [orgId = ''] = orgs;
  expect(await reads.usableKey(keyHash)).toMatchObject({ orgId, scopes: ['search'] });
  expect(await reads.usableKey(randomBytes(32))).toBeNull();
  await db.asAdmin(`update api_keys set expires_at = now() - interval '1 second'`);
  expect(await reads.usableKey(keyHash)).toBeNull();
  await db.asAdmin('update api_keys set expires_at = null, revoked_at = now()');
  expect(await reads.usableKey(keyHash)).toBeNull();
});

it('a foreign row is not found by its id', async () => {
  const reads = new TenantReads(lanes);
  const [mine = '', other = ''] = orgs;
  const [row] = await db.asAdmin<{ id: string }>('select id from collections where org_id = $1', [other]);
  expect(await reads.collection(mine, row?.id ?? '')).toBeNull();
  expect(await reads.collection(other, row?.id ?? '')).toMatchObject({ name: 'mine', id: row?.id });
});

it('opens a second connection when the first is busy, and never more than it may', async () => {
  const two = new ReadLanes(
    { url: db.appUrl, acquireTimeoutMs: 5_000, statementTimeoutMs: 2_000, applicationName: APPLICATION },
    2,
  );
  for (let turn = 0; turn < 3; turn += 1) await two.read(asOrg(orgs[0] ?? ''), ALL);
  expect(await backends()).toHaveLength(1);
  await Promise.all(Array.from({ length: 4 }, () => two.read(AS_NOBODY, ALL)));
  expect(await backends()).toHaveLength(2);
  await two.close();
  await until('both connections are closed', async () => (await backends()).length === 0);
  await expect(two.read(AS_NOBODY, ALL)).rejects.toThrow('the process is stopping');
});

it('gives values as the database means them: numbers, lists, times, bytes and nothing', async () => {
  const text = `select 1 as n, null::text as nothing, '{a,b}'::text[] as list, '2026-05-05T09:12:33.120Z'::timestamptz as at,
    '\\x0102'::bytea as bytes, $1::text as given`;
  const rows = await lanes.read(asOrg(orgs[0] ?? ''), { text, values: ['ä'] });
  expect(rows).toEqual([
    {
      n: 1,
      nothing: null,
      list: ['a', 'b'],
      at: new Date('2026-05-05T09:12:33.120Z'),
      bytes: Buffer.from([1, 2]),
      given: 'ä',
    },
  ]);
  expect(await lanes.read(AS_NOBODY, { text: 'select $1::text as x', values: [null] })).toEqual([
    { x: null },
  ]);
});

it('refuses a server that is not there, and tries anew', async () => {
  const nowhere = new ReadLanes(
    {
      url: 'postgres://app@127.0.0.1:1/docket',
      acquireTimeoutMs: 500,
      statementTimeoutMs: 200,
      applicationName: APPLICATION,
    },
    1,
  );
  for (let turn = 0; turn < 2; turn += 1)
    await expect(nowhere.read(AS_NOBODY, ALL)).rejects.toThrow('ECONNREFUSED');
  await nowhere.close();
});

it('tells the role of a person whose session is open, and of nobody else', async () => {
  const reads = new TenantReads(lanes);
  const [orgId = '', other = ''] = orgs;
  const [userId, sessionId] = [newId(), newId()];
  await db.tenants.withMember(orgId, userId, async (tx, person) => {
    await person.users.create({ email: `${userId}@example.com`, name: 'Ada' });
    await tx.memberships.add(userId, 'agent');
    const token = { id: newId(), hash: randomBytes(32) };
    await person.sessions.open({ id: sessionId, orgId, userAgent: null, idleSeconds: 60, token });
  });
  expect(await reads.roleInSession(orgId, userId, sessionId)).toBe('agent');
  expect(await reads.roleInSession(other, userId, sessionId)).toBeNull();
  expect(await reads.roleInSession(orgId, newId(), sessionId)).toBeNull();
  expect(await reads.roleInSession(orgId, userId, newId())).toBeNull();
  await db.tenants.withTenant(orgId, (tx) => tx.memberships.setRole(userId, 'viewer'));
  expect(await reads.roleInSession(orgId, userId, sessionId)).toBe('viewer');
  await db.asAdmin('update sessions set ended_at = now() where id = $1', [sessionId]);
  expect(await reads.roleInSession(orgId, userId, sessionId)).toBeNull();
});
