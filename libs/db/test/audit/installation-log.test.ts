import type { AuditActor } from '@docket/db/audit/event';
import { InstallationLog, type InstallationFilter } from '@docket/db/audit/installation-log';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';

const OPERATOR: AuditActor = { kind: 'operator', id: null, requestId: 'req-1', address: '192.0.2.7' };

let db: TestDatabase;
let log: InstallationLog;

beforeAll(async () => {
  db = await createTestDatabase();
  log = new InstallationLog(db.dataSource, () => OPERATOR);
});

afterAll(() => db.drop());

async function listed(
  filter: InstallationFilter,
  limit = 10,
  beforeSeq: number | null = null,
): Promise<number[]> {
  return (await log.list(filter, { limit, beforeSeq })).map(({ seq }) => seq);
}

/** What the application cannot do. */
async function behindItsBack(sql: string): Promise<void> {
  await db.asAdmin('alter table installation_events disable trigger append');
  await db.asAdmin(sql);
  await db.asAdmin('alter table installation_events enable trigger append');
}

describe('the log of the installation', () => {
  it('holds before its first event', async () => {
    expect(await log.verify()).toEqual({ events: 0, head: null, problem: null });
    expect(await listed({})).toEqual([]);
  });

  it('tells what was done, by whom and when, in the order in which it was', async () => {
    const before = new Date().toISOString();
    await log.append({ action: 'org.create', subject: 'org_1' });
    await log.append({ action: 'org.change_plan', subject: 'org_1' });
    await log.append({ action: 'org.create', subject: 'org_2' });
    const [newest] = await log.list({}, { limit: 1, beforeSeq: null });
    expect(JSON.parse(newest?.record ?? '')).toMatchObject({
      id: expect.stringMatching(/^aud_/),
      action: 'org.create',
      subject: 'org_2',
      actor: { kind: 'operator', id: null },
      requestId: 'req-1',
      address: '192.0.2.7',
    });
    expect(newest?.at.localeCompare(before)).toBeGreaterThanOrEqual(0);
  });

  it('is listed newest first, one more than asked for, and found by what was done and on what', async () => {
    expect(await listed({})).toEqual([3, 2, 1]);
    expect(await listed({}, 1)).toEqual([3, 2]);
    expect(await listed({}, 10, 3)).toEqual([2, 1]);
    expect(await listed({ action: 'org.create' })).toEqual([3, 1]);
    expect(await listed({ subject: 'org_1' })).toEqual([2, 1]);
    expect(await listed({ action: 'org.create', subject: 'org_1' })).toEqual([1]);
  });

  it('is written with what it tells of, or not at all', async () => {
    const failing = db.dataSource.transaction(async (manager) => {
      await log.append({ action: 'org.create', subject: 'org_3' }, manager);
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    expect(await listed({ subject: 'org_3' })).toEqual([]);
  });

  it('verifies over more than it reads at once, and says where it no longer holds', async () => {
    await db.asAdmin(
      `insert into installation_events (record) select record from installation_events, generate_series(1, 999)
        where seq = 1`,
    );
    const [last] = await log.list({}, { limit: 1, beforeSeq: null });
    const head = { seq: 1002, hash: last?.hash.toString('hex') };
    expect(await log.verify()).toEqual({ events: 1002, head, problem: null });
    const rename = (from: string, to: string): Promise<void> =>
      behindItsBack(
        `update installation_events set record = replace(record, '${from}', '${to}') where seq = 2`,
      );
    await rename('org_1', 'org_9');
    expect(await log.verify()).toMatchObject({ head, problem: { seq: 2, fault: 'record_changed' } });
    await rename('org_9', 'org_1');
    await behindItsBack('delete from installation_events where seq = 1002');
    expect(await log.verify()).toEqual({
      events: 1001,
      head,
      problem: { seq: 1002, fault: 'event_missing' },
    });
    await behindItsBack('delete from installation_events');
    expect(await log.verify()).toEqual({ events: 0, head, problem: { seq: 1, fault: 'event_missing' } });
  });
});
