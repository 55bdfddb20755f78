import type { AuditActor } from '@docket/db/audit/event';
import type { AuditFilter } from '@docket/db/audit';
import { verifyAudit } from '@docket/db/audit/verify';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';

let db: TestDatabase;
let tenants: TenantDatabase;
let orgId: string;
let actor: AuditActor;

beforeAll(async () => {
  db = await createTestDatabase();
  tenants = new TenantDatabase(db.dataSource, () => actor);
});

beforeEach(async () => {
  orgId = await db.createOrg();
  for (const [id, action, subject] of [
    ['usr_1', 'thing.make', 'thing_1'],
    ['usr_2', 'thing.change', 'thing_1'],
    ['usr_1', 'thing.make', 'thing_2'],
  ] as const) {
    actor = { kind: 'user', id, requestId: null, address: null };
    await tenants.withTenant(orgId, async (tx) => {
      tx.audit.append({ action, subject });
    });
  }
});

afterAll(() => db.drop());

async function listed(filter: AuditFilter, limit = 10, beforeSeq: number | null = null): Promise<number[]> {
  const rows = await tenants.withTenant(orgId, (tx) => tx.audit.list(filter, { limit, beforeSeq }));
  return rows.map(({ seq }) => seq);
}

async function timeOf(seq: number): Promise<Date> {
  const rows = await tenants.withTenant(orgId, (tx) => tx.audit.list({}, { limit: 10, beforeSeq: seq + 1 }));
  return new Date(rows[0]?.at ?? '');
}

describe('the audit of an organisation', () => {
  it('is listed newest first, one more than asked for, and goes on behind the last one seen', async () => {
    expect(await listed({})).toEqual([3, 2, 1]);
    expect(await listed({}, 1)).toEqual([3, 2]);
    expect(await listed({}, 10, 3)).toEqual([2, 1]);
  });

  it('is found by what was done, on what, by whom and when', async () => {
    expect(await listed({ action: 'thing.make' })).toEqual([3, 1]);
    expect(await listed({ subject: 'thing_1' })).toEqual([2, 1]);
    expect(await listed({ actorId: 'usr_2' })).toEqual([2]);
    expect(await listed({ actorId: 'usr_1', subject: 'thing_2' })).toEqual([3]);
    expect(await listed({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await listed({ until: new Date(Date.now() + 60_000) })).toEqual([3, 2, 1]);
    const first = await timeOf(1);
    expect(await listed({ until: first })).toEqual([]);
    expect(await listed({ since: first })).toEqual([3, 2, 1]);
  });

  it('is read in its order, with the hash of each event and where it ends', async () => {
    const { chain, rest, head, hash, none } = await tenants.withTenant(orgId, async (tx) => ({
      chain: await tx.audit.chain(0, 2),
      rest: await tx.audit.chain(2, 2),
      head: await tx.audit.head(),
      hash: await tx.audit.hashAt(2),
      none: await tx.audit.hashAt(9),
    }));
    expect(chain.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(rest.map(({ seq }) => seq)).toEqual([3]);
    expect(chain[1]?.previousHash).toEqual(chain[0]?.hash);
    expect(head).toEqual({ seq: 3, hash: rest[0]?.hash });
    expect(hash).toEqual(chain[1]?.hash);
    expect(none).toBeNull();
  });

  it('has no end before its first event, and holds', async () => {
    const empty = await db.createOrg();
    expect(await db.tenants.withTenant(empty, (tx) => tx.audit.head())).toBeNull();
    expect(await verifyAudit(db.tenants, empty)).toEqual({ events: 0, head: null, problem: null });
  });

  it('verifies, and says where it no longer does', async () => {
    const end = await tenants.withTenant(orgId, (tx) => tx.audit.head());
    const head = { seq: 3, hash: end?.hash.toString('hex') };
    expect(await verifyAudit(tenants, orgId)).toEqual({ events: 3, head, problem: null });
    await db.asAdmin(`alter table audit_events disable trigger append`);
    await db.asAdmin('delete from audit_events where org_id = $1 and seq = 3', [orgId]);
    expect(await verifyAudit(tenants, orgId)).toEqual({
      events: 2,
      head,
      problem: { seq: 3, fault: 'event_missing' },
    });
    const edit = `update audit_events set record = replace(record, 'usr_1', 'usr_9') where org_id = $1 and seq = 1`;
    await db.asAdmin(edit, [orgId]);
    expect(await verifyAudit(tenants, orgId)).toMatchObject({ problem: { seq: 1, fault: 'record_changed' } });
    await db.asAdmin(`alter table audit_events enable trigger append`);
  });

  it('verifies over more than is read at once, up to where it no longer holds', async () => {
    await tenants.withTenant(orgId, async (tx) => {
      for (let made = 0; made < 998; made += 1) tx.audit.append({ action: 'thing.make', subject: 'thing_3' });
    });
    expect(await verifyAudit(tenants, orgId)).toMatchObject({ events: 1_001, problem: null });
    await db.asAdmin(`alter table audit_events disable trigger append`);
    await db.asAdmin(
      `update audit_events set record = replace(record, 'thing_1', 'thing_9') where org_id = $1 and seq = 1`,
      [orgId],
    );
    await db.asAdmin(`alter table audit_events enable trigger append`);
    expect(await verifyAudit(tenants, orgId)).toMatchObject({ problem: { seq: 1, fault: 'record_changed' } });
  });

  it('verifies to where it ended when that began, whatever is appended meanwhile', async () => {
    class AppendingMeanwhile extends TenantDatabase {
      override async withTenant<T>(org: string, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
        const result = await super.withTenant(org, work);
        await super.withTenant(org, async (tx) => {
          tx.audit.append({ action: 'thing.make', subject: 'thing_3' });
        });
        return result;
      }
    }
    const meanwhile = new AppendingMeanwhile(db.dataSource);
    expect(await verifyAudit(meanwhile, orgId)).toMatchObject({ events: 3, head: { seq: 3 }, problem: null });
  });

  it('that has lost its end says so', async () => {
    await db.asAdmin('delete from audit_heads where org_id = $1', [orgId]);
    expect(await verifyAudit(tenants, orgId)).toEqual({
      events: 3,
      head: null,
      problem: { seq: 3, fault: 'head_mismatch' },
    });
  });
});
