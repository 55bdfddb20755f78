import type { SystemDatabase } from '@docket/db/system-database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { newRun } from '../../../../test/support/seeds/document.ts';
import type { ApiSettings } from '../../src/api-settings.ts';
import { RunWaiter } from '../../src/runs/run-waiter.ts';

const MOST = 300;

let db: TestDatabase;
let orgIds: string[];
beforeAll(async () => {
  db = await createTestDatabase();
  orgIds = [await db.createOrg(), await db.createOrg()];
}, 60_000);
afterAll(() => db.drop());

/** A waiter, and what it asked the database for: how many runs at once. */
function newWaiter(endedRuns: SystemDatabase['endedRuns'] = (runs) => db.system.endedRuns(runs)) {
  const looks: number[] = [];
  const system = {
    endedRuns: (runs: Parameters<typeof endedRuns>[0]) => {
      looks.push(runs.length);
      return endedRuns(runs);
    },
  } as SystemDatabase;
  const waiter = new RunWaiter(system, { values: { API_MAX_WAITERS: MOST } } as unknown as ApiSettings);
  return { waiter, looks };
}

async function begun(index: number): Promise<{ orgId: string; runId: string }> {
  const [orgId, runId] = [orgIds[index % 2] ?? '', newId()];
  await db.tenants.withTenant(orgId, (tx) => tx.runs.insert(newRun(runId)));
  return { orgId, runId };
}

const end = (runIds: readonly string[], state: string): Promise<unknown> =>
  db.asAdmin('update runs set state = $2, ended_at = now() where id = any($1)', [runIds, state]);

describe('a request that waits', () => {
  it.each(['succeeded', 'failed', 'cancelled', 'terminated'])(
    'is told that its run has %s',
    async (state) => {
      const { waiter } = newWaiter();
      const { orgId, runId } = await begun(0);
      const told = waiter.untilEnded(orgId, runId, 20);
      await end([runId], state);
      expect(await told).toBe(true);
    },
  );

  it('is told when its time is over that the run goes on, and waits for no run that is not there', async () => {
    const { waiter } = newWaiter();
    const { orgId, runId } = await begun(0);
    expect(await waiter.untilEnded(orgId, runId, 0.3)).toBe(false);
    expect(await waiter.untilEnded(orgId, newId(), 20)).toBe(true);
  });

  it('is one of hundreds that one query looks after, of whatever organisations', async () => {
    const { waiter, looks } = newWaiter();
    const runs = await Promise.all(Array.from({ length: MOST }, (_, index) => begun(index)));
    const told = runs.map(({ orgId, runId }) => waiter.untilEnded(orgId, runId, 30));
    const half = runs.slice(0, MOST / 2);
    await end(
      half.map(({ runId }) => runId),
      'succeeded',
    );
    expect(await Promise.all(told.slice(0, MOST / 2))).toEqual(half.map(() => true));
    expect(Math.max(...looks)).toBeGreaterThanOrEqual(MOST - 1);
    // One each would have been hundreds already.
    expect(looks.length).toBeLessThan(MOST / 2);
    await end(
      runs.map(({ runId }) => runId),
      'failed',
    );
    await Promise.all(told);
  });

  it('is answered at once when too many wait, and there is room again when they are gone', async () => {
    const { waiter } = newWaiter();
    const { orgId, runId } = await begun(0);
    const waiting = Array.from({ length: MOST }, () => waiter.untilEnded(orgId, runId, 20));
    const startedAt = performance.now();
    expect(await waiter.untilEnded(orgId, runId, 20)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await end([runId], 'succeeded');
    await Promise.all(waiting);
    expect(await waiter.untilEnded(orgId, runId, 20)).toBe(true);
  });

  it('goes on waiting while the database is away', async () => {
    let looks = 0;
    const { waiter } = newWaiter((runs) =>
      (looks += 1) < 3 ? Promise.reject(new Error('away')) : db.system.endedRuns(runs),
    );
    const { orgId, runId } = await begun(0);
    await end([runId], 'succeeded');
    expect(await waiter.untilEnded(orgId, runId, 20)).toBe(true);
    expect(looks).toBe(3);
  });
});
