import { TenantDatabase } from '@docket/db/tenant-database';
import { PersonDatabase } from '@docket/db/person-database';
import { DocketError } from '@docket/domain/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { inBoundTransaction } from '../../src/connection/bound-transaction.ts';
import { seedPeople } from '../../../../test/support/seeds/people.ts';

let db: TestDatabase;
let tenants: TenantDatabase;
let orgs: string[];

beforeAll(async () => {
  db = await createTestDatabase();
  ({ tenants } = db);
  orgs = await Promise.all(Array.from({ length: 3 }, () => db.createOrg()));
  for (const orgId of orgs) {
    await tenants.withTenant(orgId, (tx) => tx.collections.findOrCreate(orgId, newId()));
    await seedPeople(db, orgId);
  }
});

afterAll(() => db.drop());

function visibleOrgs(orgId: string): Promise<string[]> {
  return tenants.withTenant(orgId, async (tx) => {
    const rows: { org_id: string }[] = await tx.manager.query('select org_id from collections');
    return rows.map((row) => row.org_id);
  });
}

function databaseError(code: string, message = 'm', detail?: string): QueryFailedError {
  return new QueryFailedError('select 1', [], Object.assign(new Error(message), { code, detail }));
}

/** How often work is begun that always ends like this, and how that shows. */
async function attempts(error: unknown): Promise<{ begun: number; shown: unknown }> {
  let begun = 0;
  const shown = await tenants
    .withTenant(orgs[0] ?? '', () => {
      begun += 1;
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    })
    .catch((thrown: unknown) => thrown);
  return { begun, shown };
}

describe('transactions', () => {
  it('are clean again when a transaction could not even be bound to its org', async () => {
    const setConfig = 'function pg_catalog.set_config(text, text, boolean)';
    await db.asAdmin(`revoke execute on ${setConfig} from public`);
    const failed = await Promise.allSettled(orgs.map((orgId) => tenants.withTenant(orgId, async () => 1)));
    await db.asAdmin(`grant execute on ${setConfig} to public`);
    expect(failed.map(({ status }) => status)).toEqual(orgs.map(() => 'rejected'));
    expect(await Promise.all(orgs.map(visibleOrgs))).toEqual(orgs.map((orgId) => [orgId]));
  });

  it('take row locks and nested transactions as parts of the one that is open', async () => {
    const [orgId] = orgs;
    const failing = tenants.withTenant(orgId ?? '', async (tx) => {
      await tx.documents.lockByExternalKey(orgId ?? '', 'key');
      await tx.manager.transaction((nested) => nested.query(`update collections set name = 'nested'`));
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    const rows = await db.asAdmin(`select 1 from collections where name = 'nested'`);
    expect(rows).toEqual([]);
  });

  it('refuse what is no org id before anything is asked', async () => {
    const id = newId();
    for (const orgId of ['', 'x', `${id}'`, `'${id}`, id.slice(1), id.slice(0, -1), id.toUpperCase()]) {
      await expect(tenants.withTenant(orgId, async () => 1)).rejects.toThrow(
        new RangeError(`not an org id: ${orgId}`),
      );
    }
    await expect(inBoundTransaction(db.dataSource, {}, async () => 1)).rejects.toThrow(
      new RangeError('a transaction is bound to an org, a user, or both'),
    );
  });

  it('of an organisation look on in the vector index until there are enough rows that it may see', async () => {
    const settings = ['hnsw.iterative_scan', 'hnsw.ef_search', 'hnsw.max_scan_tuples'];
    const rows = await tenants.withTenant(orgs[0] ?? '', (tx) =>
      tx.manager.query<unknown>('select current_setting(name) as value from unnest($1::text[]) name', [
        settings,
      ]),
    );
    expect(rows).toEqual([{ value: 'strict_order' }, { value: '400' }, { value: '100000' }]);
  });

  it('of a person see that person, of a member the organisation besides, and of an organisation no password', async () => {
    const [orgId = '', other = ''] = orgs;
    const [row] = await db.asAdmin<{ user_id: string }>('select user_id from memberships where org_id = $1', [
      orgId,
    ]);
    const userId = row?.user_id ?? '';
    await new PersonDatabase(db.dataSource).withPerson(userId, (person) => person.passwords.set('hash'));
    const seen = (tx: { manager: { query(sql: string): Promise<unknown> } }): Promise<unknown> =>
      tx.manager.query(`select (select count(*)::integer from user_passwords) as passwords,
        (select count(*)::integer from memberships) as memberships`);
    expect(await tenants.withTenant(orgId, seen)).toEqual([{ passwords: 0, memberships: 1 }]);
    expect(await tenants.withMember(orgId, userId, seen)).toEqual([{ passwords: 1, memberships: 1 }]);
    expect(await tenants.withMember(orgId, newId(), seen)).toEqual([{ passwords: 0, memberships: 1 }]);
    expect(await tenants.withMember(other, userId, (tx) => tx.memberships.findRole(userId))).toBeNull();
    expect(await tenants.withMember(orgId, userId, (_, person) => person.users.find())).toMatchObject({
      id: userId,
    });
    await expect(tenants.withMember(orgId, 'nobody', seen)).rejects.toThrow('not a user id: nobody');
  });

  it('that meet in deadlocks for ever are begun four times, and others once', async () => {
    const deadlock = databaseError('40P01');
    expect(await attempts(deadlock)).toEqual({ begun: 4, shown: deadlock });
    for (const error of [databaseError('40001'), Object.assign(new Error('no database'), { code: '40P01' })])
      expect(await attempts(error)).toEqual({ begun: 1, shown: error });
  });

  it('that do not fit the plan say so, and what to do', async () => {
    const { begun, shown } = await attempts(databaseError('DKQ01', 'quota.documents_exceeded', '100'));
    expect(begun).toBe(1);
    expect(shown).toBeInstanceOf(DocketError);
    expect(shown).toMatchObject({ code: 'quota.documents_exceeded' });
  });

  it('whose connection is lost say why, and leave nothing', async () => {
    const [orgId = ''] = orgs;
    const lost = tenants.withTenant(orgId, async (tx) => {
      await tx.collections.insert({ id: newId(), name: 'lost', description: null });
      const [backend]: { pid: number }[] = await tx.manager.query('select pg_backend_pid() as pid');
      await db.asAdmin('select pg_terminate_backend($1)', [backend?.pid]);
      await tx.manager.query('select 1');
    });
    await expect(lost).rejects.toThrow(/terminat|released/);
    expect(await db.asAdmin(`select 1 from collections where name = 'lost'`)).toEqual([]);
  });

  it('leave an event of what was done by whom, and none where nothing was said', async () => {
    const [, orgId = ''] = orgs;
    const acting = new TenantDatabase(db.dataSource, () => ({
      kind: 'user',
      id: 'usr_1',
      requestId: 'req-1',
      address: '192.0.2.7',
    }));
    const append = (database: TenantDatabase, subject: string): Promise<void> =>
      database.withTenant(orgId, async (tx) => {
        tx.audit.append({ action: 'thing.do', subject });
      });
    await append(acting, 'thing_1');
    await append(tenants, 'thing_2');
    await acting.withMember(orgId, newId(), async (tx) => {
      tx.audit.append({ action: 'thing.do', subject: 'thing_3' });
    });
    await tenants.withTenant(orgId, async () => 1);
    const events = await tenants.withTenant(orgId, (tx) =>
      tx.audit.list({ action: 'thing.do' }, { limit: 9, beforeSeq: null }),
    );
    const person = { actor: { kind: 'user', id: 'usr_1' }, requestId: 'req-1', address: '192.0.2.7' };
    expect(events.map(({ record }) => JSON.parse(record) as unknown)).toEqual([
      expect.objectContaining({ ...person, subject: 'thing_3' }),
      expect.objectContaining({ actor: { kind: 'system', id: null }, requestId: null, address: null }),
      expect.objectContaining({
        ...person,
        subject: 'thing_1',
        id: expect.stringMatching(/^aud_[0-9a-z]{26}$/),
      }),
    ]);
  });
});
