import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { newRun } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(30_000);

let db: TestDatabase;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
});

afterAll(() => db.drop());

async function newFailure(code: string): Promise<string> {
  const id = newId();
  await db.tenants.withTenant(orgId, ({ runs }) => runs.insert(newRun(id)));
  await fail(id, code);
  return id;
}

async function fail(id: string, code: string): Promise<void> {
  await db.tenants.withTenant(orgId, ({ runs }) =>
    runs.end(id, { state: 'failed', error: { code, message: 'No.' } }),
  );
}

async function takeUp(id: string, by: 'policy' | 'person'): Promise<void> {
  await db.tenants.withTenant(orgId, ({ runs }) => runs.requeue(id, null, {}, by === 'policy'));
}

async function find(id: string) {
  const run = await db.tenants.withTenant(orgId, ({ runs }) => runs.find(id));
  if (!run) throw new Error('the run is gone');
  return run;
}

describe('a failed run', () => {
  it('knows when it is retried by itself, by its kind and code', async () => {
    const passing = await find(await newFailure('storage.unavailable'));
    const inSeconds = (Number(passing.nextRetryAt) - Number(passing.endedAt)) / 1_000;
    expect(inSeconds).toBeGreaterThanOrEqual(60);
    expect(inSeconds).toBeLessThanOrEqual(180);
    const lasting = await find(await newFailure('document.empty'));
    expect(lasting).toMatchObject({ nextRetryAt: null, setAsideAt: null, sameFailures: 1 });
  });

  it('is due when its time has come, for the sweep of the whole installation, until somebody takes it up', async () => {
    const id = await newFailure('storage.unavailable');
    const due = async () => (await db.system.dueRetries(100)).map(({ runId }) => runId);
    expect(await due()).not.toContain(id);
    await db.asAdmin(`update runs set next_retry_at = now() - interval '1 second' where id = $1`, [id]);
    expect(await due()).toContain(id);
    await db.tenants.withTenant(orgId, ({ failures }) => failures.postpone(id, 60));
    expect(await due()).not.toContain(id);
    await takeUp(id, 'person');
    expect(await find(id)).toMatchObject({ nextRetryAt: null });
  });

  it('is set aside when it has failed the same way too often, and counted as such', async () => {
    const id = await newFailure('run.failed');
    for (let retry = 1; retry <= 2; retry += 1) {
      await takeUp(id, 'policy');
      await fail(id, 'run.failed');
    }
    expect(await find(id)).toMatchObject({
      nextRetryAt: null,
      setAsideAt: expect.any(Date),
      sameFailures: 3,
    });
    const [counted] = await db.tenants.withTenant(orgId, async ({ failures }) =>
      (await failures.list()).filter(({ errorCode }) => errorCode === 'run.failed'),
    );
    expect(counted).toMatchObject({ count: 1, setAside: 1, nextRetryAt: null });
  });

  it('is counted afresh once a person takes it up, or it fails otherwise, or succeeds', async () => {
    const id = await newFailure('run.failed');
    await takeUp(id, 'policy');
    await fail(id, 'run.failed');
    await takeUp(id, 'person');
    await fail(id, 'run.failed');
    expect(await find(id)).toMatchObject({ sameFailures: 1, automaticRetries: 0 });
    await takeUp(id, 'policy');
    await fail(id, 'storage.unavailable');
    expect(await find(id)).toMatchObject({ sameFailures: 1, automaticRetries: 1 });
    await takeUp(id, 'policy');
    await db.tenants.withTenant(orgId, ({ runs }) => runs.end(id, { state: 'succeeded' }));
    expect(await find(id)).toMatchObject({ sameFailures: 0, automaticRetries: 0, nextRetryAt: null });
  });
});
