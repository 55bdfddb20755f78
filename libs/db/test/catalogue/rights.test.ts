import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.drop());

/** The names in the first column of what a query finds. */
async function names(sql: string): Promise<string[]> {
  return (await db.asAdmin<{ name: string }>(sql)).map(({ name }) => name);
}

describe('the application role', () => {
  it('is no superuser, bypasses nothing, makes no roles or databases, and nor does any role it could become', async () => {
    const roles = await db.asAdmin<{ name: string; mighty: boolean }>(
      `select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty
         from pg_roles where pg_has_role('docket_app', oid, 'member')`,
    );
    expect(roles).toEqual([{ name: 'docket_app', mighty: false }]);
  });

  it('owns nothing at all', async () => {
    expect(
      await names(
        `select pg_describe_object(classid, objid, 0) as name from pg_shdepend
          where refobjid = 'docket_app'::regrole and deptype = 'o'`,
      ),
    ).toEqual([]);
  });

  it.each([
    'create table mine ()',
    'alter table documents add column mine integer',
    'alter table documents disable row level security',
    'alter policy tenant on documents using (true)',
    'drop table run_events',
    'create index on documents (title)',
    `create function mine() returns integer language sql as 'select 1'`,
    'create schema mine',
    'truncate documents',
    `insert into embedding_profiles values (9, gen_random_uuid(), 'p', 'm', 8, 'building')`,
    `update embedding_profiles set state = 'retired'`,
    `update audit_events set record = '{}'`,
    'delete from audit_events',
    'truncate audit_events',
    `insert into audit_events (org_id, seq, record) values (gen_random_uuid(), 7, '{}')`,
    `update audit_heads set seq = 0`,
    'delete from audit_heads',
    `update installation_events set record = '{}'`,
    'delete from installation_events',
    `insert into installation_events (seq, record) values (7, '{}')`,
    'update installation_heads set seq = 0',
    'update operator_idempotency_keys set is_secret = false',
    'alter table audit_events disable trigger append',
    'select * from migrations',
    'set role docket_owner',
    'set role docket_system',
  ])('may not: %s', async (statement) => {
    await expect(db.dataSource.query(statement)).rejects.toThrow(
      /permission denied|must be owner|must be able to SET ROLE/,
    );
  });
});

describe('functions that look across orgs', () => {
  interface DefinerFunction {
    name: string;
    owner: string;
    settings: string[];
    results: string[];
    callers: string[];
  }

  let functions: DefinerFunction[];

  beforeAll(async () => {
    functions = await db.asAdmin<DefinerFunction>(
      `select p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner) as owner,
              coalesce(p.proconfig, '{}') as settings,
              case when p.proretset then array(select format_type(t.type, null) from unnest(p.proallargtypes, p.proargmodes)
                        as t (type, mode) where t.mode = 't')
                   else array[format_type(p.prorettype, null)] end as results,
              array(select case when x.grantee = 0 then 'public' else pg_get_userbyid(x.grantee) end
                      from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                     where x.grantee <> p.proowner order by 1)::text[] as callers
         from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace order by 1`,
    );
  });

  function isTrigger(name: string): boolean {
    return functions.find((each) => each.name === name)?.results.join() === 'trigger';
  }

  it('are there to be checked', () => {
    expect(functions.map(({ name }) => name)).toContain('docket_find_api_key(bytea)');
  });

  it('run on a fixed search path that ends in pg_temp, so that nobody can slip a table under them', () => {
    for (const { name, settings } of functions) {
      expect({ name, settings }).toEqual({ name, settings: ['search_path=pg_catalog, public, pg_temp'] });
    }
  });

  it('hand out ids, counts and times only', () => {
    const harmless = ['uuid', 'bigint', 'integer', 'timestamp with time zone'];
    // Its texts are words of Docket's own: kinds, states and codes.
    const worded = 'docket_run_counts()';
    for (const { name, results } of functions.filter((each) => !isTrigger(each.name))) {
      const allowed = name === worded ? [...harmless, 'text'] : harmless;
      expect({ name, results }).toEqual({ name, results: results.filter((type) => allowed.includes(type)) });
      expect(results).not.toEqual([]);
    }
  });

  it('run as a role that cannot log in and sees single columns, and only the application may call them', async () => {
    for (const { name, owner, callers } of functions) {
      // A trigger is called by its table and by nobody else.
      const may = isTrigger(name) ? [] : ['docket_app'];
      expect({ name, owner, callers }).toEqual({ name, owner: 'docket_system', callers: may });
    }
    expect(
      await names(
        `select rolname as name from pg_roles
          where rolname in ('docket_system', 'docket_owner') and (rolcanlogin or rolsuper or rolbypassrls)`,
      ),
    ).toEqual([]);
    expect(
      await names(
        `select table_name as name from information_schema.role_table_grants where grantee = 'docket_system'`,
      ),
    ).toEqual([]);
  });
});
