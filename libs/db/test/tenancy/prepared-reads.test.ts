import { ReadLanes } from '@docket/db/read-lanes';
import { TenantReads } from '@docket/db/tenant-reads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { until } from '../../../../test/support/until.ts';
import { CutOff } from '../support/cut-off.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';

const APPLICATION = 'docket-test-prepared-reads';
const AS_NOBODY = { text: 'select 1', values: [] };
const DIVIDE = 'select 10 / $1::integer as n';
/** The type whose values this process is told to stumble over. */
const { MACADDR } = pg.types.builtins;

let db: TestDatabase;
let lanes: ReadLanes;

beforeAll(async () => {
  db = await createTestDatabase();
});

beforeEach(() => {
  lanes = open(1);
});

afterEach(() => lanes.close());
afterAll(() => db.drop());

/** A read may take longer than a connection may take to come. */
function open(count: number, url = db.appUrl): ReadLanes {
  return new ReadLanes(
    { url, acquireTimeoutMs: 4_000, statementTimeoutMs: 5_000, applicationName: APPLICATION },
    count,
  );
}

function read<T>(text: string, values: string[] = []): Promise<T[]> {
  return lanes.read<T>(AS_NOBODY, { text, values });
}

async function backend(): Promise<number | undefined> {
  const [row] = await read<{ pid: number }>('select pg_backend_pid() as pid');
  return row?.pid;
}

/** What the connection has under names of a statement, and how often each was used. */
function prepared(text: string): Promise<{ uses: number }[]> {
  return read(
    'select (generic_plans + custom_plans)::integer as uses from pg_prepared_statements where statement = $1',
    [text],
  );
}

async function codeOf(failing: Promise<unknown>): Promise<unknown> {
  return failing.then(
    () => 'it went well',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

describe('a statement', () => {
  it('is parsed once on a connection, and used by its name from then on, also when values of it fail', async () => {
    for (const value of ['1', '2', '5']) await read(DIVIDE, [value]);
    expect(await prepared(DIVIDE)).toEqual([{ uses: 3 }]);
    await expect(read(DIVIDE, ['0'])).rejects.toThrow('division by zero');
    await read(DIVIDE, ['10']);
    expect(await prepared(DIVIDE)).toHaveLength(1);
  });

  it('that cannot be prepared fails each time as it did, and leaves the connection as it is', async () => {
    const before = await backend();
    for (let turn = 0; turn < 2; turn += 1)
      expect(await codeOf(read('select no_such_column from collections'))).toBe('42703');
    expect(await backend()).toBe(before);
  });

  it('whose columns a migration has changed is prepared anew', async () => {
    await db.asAdmin('create table migrated as select 1 as a');
    await db.asAdmin('grant select on migrated to public');
    expect(await read('select * from migrated')).toEqual([{ a: 1 }]);
    await db.asAdmin('alter table migrated add column b integer');
    expect(await read('select * from migrated')).toEqual([{ a: 1, b: null }]);
  });

  it('under a name that is taken is prepared on another connection', async () => {
    // Those before it are the first two that the connection names.
    await read('prepare docket_3 as select 1');
    expect(await read(DIVIDE, ['5'])).toEqual([{ n: 2 }]);
    expect(await prepared(DIVIDE)).toEqual([{ uses: 1 }]);
  });

  it('that is stale on new connections as well is given up', async () => {
    await db.asAdmin(`create function always_stale() returns integer language plpgsql as
      $$ begin raise exception 'stale' using errcode = 'feature_not_supported'; end $$`);
    expect(await codeOf(read('select always_stale()'))).toBe('0A000');
  });
});

describe('a read', () => {
  it('right behind one that the server ended is sent on another connection', async () => {
    const sleeping = read('select pg_sleep(5)::text');
    const behind = sleeping.catch(() => read(DIVIDE, ['5']));
    await until('it is under way', async () => {
      const ended = await db.asAdmin(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and query like '%pg_sleep%'`,
        [APPLICATION],
      );
      return ended.length === 1;
    });
    expect(await behind).toEqual([{ n: 2 }]);
  });

  it('of a value that cannot be understood fails with the first reason, and no other does', async () => {
    const before = await backend();
    pg.types.setTypeParser(MACADDR, (text) => {
      throw new Error(`not understood: ${text}`);
    });
    try {
      const [failed, other] = await Promise.allSettled([
        read(`select ('00:00:00:00:00:0' || n)::macaddr as address from generate_series(1, 2) n order by n`),
        read(DIVIDE, ['5']),
      ]);
      expect(failed).toMatchObject({
        status: 'rejected',
        reason: new Error('not understood: 00:00:00:00:00:01'),
      });
      expect(other).toEqual({ status: 'fulfilled', value: [{ n: 2 }] });
    } finally {
      pg.types.setTypeParser(MACADDR, String);
    }
    expect(await backend()).toBe(before);
  });

  it('goes to the connection with the least under way', async () => {
    await lanes.close();
    lanes = open(2);
    const rows = await Promise.all(
      Array.from({ length: 6 }, () =>
        read<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.02)::text'),
      ),
    );
    const counts = Map.groupBy(rows, ([row]) => row?.pid).values();
    expect([...counts].map(({ length }) => length)).toEqual([3, 3]);
  });
});

describe('a connection', () => {
  let way: CutOff;

  beforeEach(async () => {
    way = new CutOff(db.appUrl);
    await way.open();
    await lanes.close();
    lanes = open(1, way.url);
  });

  afterEach(() => way.close());

  it('takes a read before the one ahead of it is answered', async () => {
    await read(DIVIDE, ['5']);
    way.hold();
    const both = Promise.all(['first', 'second'].map((value) => read('select $1::text as value', [value])));
    await until('both are under way', () => way.sent.includes('first') && way.sent.includes('second'));
    way.release();
    expect(await both).toEqual([[{ value: 'first' }], [{ value: 'second' }]]);
  });

  it('that could not be made is tried anew', async () => {
    await way.close();
    await expect(read(DIVIDE, ['5'])).rejects.toThrow('ECONNREFUSED');
    await way.open();
    expect(await read(DIVIDE, ['5'])).toEqual([{ n: 2 }]);
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'that is cut off while nothing is under way is replaced: %s',
    async (how) => {
      const before = await backend();
      way.cut(how);
      await until('another has taken its place', async () => {
        const pid = await backend().catch(() => before);
        return pid !== before;
      });
    },
  );
});

it('a document is found with its newest version by its own organisation, until the reads are closed', async () => {
  const reads = new TenantReads(lanes);
  const [orgId, other] = [await db.createOrg(), await db.createOrg()];
  const { documentId } = await seedDocument(db, orgId);
  expect(await reads.document(orgId, documentId)).toMatchObject({ id: documentId, version: 1 });
  expect(await reads.document(other, documentId)).toBeNull();
  expect(await reads.document(orgId, newId())).toBeNull();
  await reads.close();
  await expect(reads.document(orgId, documentId)).rejects.toThrow('the process is stopping');
});
