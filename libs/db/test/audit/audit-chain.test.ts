import { verifyAudit, type AuditVerdict } from '@docket/db/audit/verify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';

const EVENTS = 10_000;

let db: TestDatabase;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  // By the hundred: one transaction that moves the head 10,000 times walks over each of its versions each time.
  for (let first = 1; first <= EVENTS; first += 100) {
    await db.tenants.withTenant(orgId, async (tx) => {
      for (let index = first; index < first + 100; index += 1) {
        tx.audit.append({ action: 'thing.do', subject: `thing_${index}`, after: { index } });
      }
      return Promise.resolve();
    });
  }
  await db.asAdmin('create table saved_events as select * from audit_events');
  await db.asAdmin('create table saved_heads as select * from audit_heads');
}, 120_000);

afterAll(() => db.drop());

async function verify(): Promise<AuditVerdict> {
  return verifyAudit(db.tenants, orgId);
}

/** What somebody with all rights over the database does, the chain's own trigger out of the way. */
async function tamper(...statements: string[]): Promise<void> {
  await db.asAdmin(`alter table audit_events disable trigger append; ${statements.join('; ')};
    alter table audit_events enable trigger append`);
}

const COLUMNS = 'org_id, seq, record, previous_hash, hash';

describe('a chain of 10,000 events', () => {
  beforeEach(() =>
    tamper(
      'truncate audit_events, audit_heads',
      `insert into audit_events (${COLUMNS}) select ${COLUMNS} from saved_events`,
      'insert into audit_heads select * from saved_heads',
    ),
  );

  it('holds as it was written', async () => {
    expect(await verify()).toMatchObject({ events: EVENTS, problem: null, head: { seq: EVENTS } });
  });

  it.each([
    [
      'an edited event',
      `update audit_events set record = replace(record, 'thing_5000"', 'thing_1"') where seq = 5000`,
      { seq: 5_000, fault: 'record_changed' },
    ],
    [
      'an edited event whose hash was made anew',
      `update audit_events set record = replace(record, 'thing_5000"', 'thing_1"') where seq = 5000;
       update audit_events set hash = sha256(previous_hash || convert_to(record, 'UTF8')) where seq = 5000`,
      { seq: 5_001, fault: 'link_broken' },
    ],
    ['a deleted event', 'delete from audit_events where seq = 7000', { seq: 7_000, fault: 'event_missing' }],
    [
      'a deleted event whose gap was closed',
      `delete from audit_events where seq = 7000;
       update audit_events set seq = -seq where seq > 7000; update audit_events set seq = -seq - 1 where seq < 0`,
      { seq: 7_000, fault: 'link_broken' },
    ],
    ['the first event deleted', 'delete from audit_events where seq = 1', { seq: 1, fault: 'event_missing' }],
    [
      'two events that changed places',
      `update audit_events set seq = -seq where seq in (3000, 3001);
       update audit_events set seq = 6001 + seq where seq < 0`,
      { seq: 3_000, fault: 'link_broken' },
    ],
    [
      'an event put in between',
      `update audit_events set seq = -seq where seq > 4000; update audit_events set seq = 1 - seq where seq < 0;
       insert into audit_events (${COLUMNS}) select org_id, 4001, record, hash, sha256(hash || convert_to(record, 'UTF8'))
         from audit_events where seq = 4000;
       update audit_heads set seq = seq + 1`,
      { seq: 4_002, fault: 'link_broken' },
    ],
    ['an end cut off', 'delete from audit_events where seq > 9000', { seq: 9_001, fault: 'event_missing' }],
    ['everything gone but the note of the end', 'truncate audit_events', { seq: 1, fault: 'event_missing' }],
    [
      'an end cut off and the note of it moved, to the wrong hash',
      'delete from audit_events where seq > 9000; update audit_heads set seq = 9000',
      { seq: 9_000, fault: 'head_mismatch' },
    ],
  ])('shows %s', async (_what, statements, problem) => {
    await tamper(statements);
    expect((await verify()).problem).toEqual(problem);
  });
});

describe('appending', () => {
  it('never forks the chain, however many act at once', async () => {
    const busy = await db.createOrg();
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        db.tenants.withTenant(busy, async (tx) => {
          tx.audit.append({ action: 'thing.do', subject: `thing_${index}` });
          await tx.manager.query('select 1');
        }),
      ),
    );
    expect(await verifyAudit(db.tenants, busy)).toMatchObject({ events: 200, problem: null });
  });

  it('leaves nothing of a transaction that rolled back, and no gap', async () => {
    const org = await db.createOrg();
    const failing = db.tenants.withTenant(org, (tx) => {
      tx.audit.append({ action: 'thing.fail', subject: 'thing_1' });
      return Promise.reject(new Error('failed'));
    });
    await expect(failing).rejects.toThrow('failed');
    await db.tenants.withTenant(org, async (tx) => {
      tx.audit.append({ action: 'thing.do', subject: 'thing_2' });
      return Promise.resolve();
    });
    const events = await db.tenants.withTenant(org, (tx) =>
      tx.audit.list({}, { limit: 10, beforeSeq: null }),
    );
    expect(events.map(({ seq, record }) => [seq, JSON.parse(record) as unknown])).toEqual([
      [
        1,
        expect.objectContaining({
          action: 'thing.do',
          subject: 'thing_2',
          actor: { kind: 'system', id: null },
        }),
      ],
    ]);
  });

  it('writes down no secret and no novel', async () => {
    const org = await db.createOrg();
    await db.tenants.withTenant(org, async (tx) => {
      const after = {
        name: 'n',
        password: 'hunter2',
        nested: { apiToken: 'tok', keyHash: 'h' },
        text: 'x'.repeat(9_000),
      };
      tx.audit.append({ action: 'thing.do', subject: 'thing_1', after });
      return Promise.resolve();
    });
    const [event] = await db.tenants.withTenant(org, (tx) =>
      tx.audit.list({}, { limit: 1, beforeSeq: null }),
    );
    expect(event?.record).not.toMatch(/hunter2|tok"|"h"/);
    expect(event?.record.length).toBeLessThan(1_500);
  });
});
