import { takeUpIngest } from '@docket/activities/take-up';
import type { RunStart } from '@docket/db/runs';
import { DocketError } from '@docket/domain/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { sweepOf, type SweepNeeds } from './support/sweep-of.ts';

type Takes = SweepNeeds['takeUps'];

let world: IngestWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

async function failed(code: string): Promise<string> {
  const subject = await world.announce({ text: `# ${code}\n\nFor ${code} and ${Math.random()}.\n` });
  await world.run('endIngest', { ...subject, end: { kind: 'index_error', code, message: 'No.' } });
  await world.database.asAdmin(
    `update runs set next_retry_at = now() - interval '1 second' where id = $1 and next_retry_at is not null`,
    [subject.runId],
  );
  return subject.runId;
}

async function sweep(
  takeUps: Takes,
  started: RunStart[] = [],
): Promise<{ retried: number; setAside: number }> {
  const { retryFailedRuns } = sweepOf(world.database, {
    startRun: async (run) => void started.push(run),
    takeUps,
  });
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(retryFailedRuns);
}

async function find(runId: string) {
  return world.database.tenants.withTenant(world.orgId, async ({ runs }) => ({
    run: await runs.find(runId),
    told: (await runs.history(runId)).map(({ what }) => what),
  }));
}

describe('the sweep of failed runs', () => {
  it('takes up what is due, once however many sweeps there are, and says so in the history', async () => {
    const due = await failed('storage.unavailable');
    const lasting = await failed('embedding.rejected');
    const ingests = { documentIngest: takeUpIngest(world.database.tenants, world.storage) };
    const started: RunStart[] = [];
    await Promise.all([sweep(ingests, started), sweep(ingests, started), sweep(ingests, started)]);
    expect(started.map(({ runId, attempts }) => ({ runId, attempts }))).toEqual([
      { runId: due, attempts: 2 },
    ]);
    const after = await find(due);
    expect(after.run).toMatchObject({ state: 'queued', automaticRetries: 1, nextRetryAt: null });
    expect(after.told.at(-1)).toBe('Retried automatically');
    expect((await find(lasting)).run).toMatchObject({ state: 'failed' });
  });

  it('leaves to people what refuses to be taken up, with the reason, and asks no more', async () => {
    const refused = await failed('storage.unavailable');
    const takeUps = {
      documentIngest: async () => {
        throw new DocketError('document.deleted', 'The document has been deleted.');
      },
    };
    expect(await sweep(takeUps)).toEqual({ retried: 0, setAside: 1 });
    expect(await sweep(takeUps)).toEqual({ retried: 0, setAside: 0 });
    const { run, told } = await find(refused);
    expect(run).toMatchObject({ state: 'failed', nextRetryAt: null, setAsideAt: expect.any(Date) });
    expect(told.at(-1)).toBe('Left to people: The document has been deleted.');
  });

  it('puts off what is not possible now, and goes on with the others', async () => {
    const [stuck, other] = [await failed('storage.unavailable'), await failed('storage.unavailable')];
    const started: RunStart[] = [];
    const possible = takeUpIngest(world.database.tenants, world.storage);
    const takeUps: Takes = {
      documentIngest: async (orgId, runId, ...rest) => {
        if (runId === stuck) throw new DocketError('quota.runs_exceeded', 'Too many at once.');
        return possible(orgId, runId, ...rest);
      },
    };
    await sweep(takeUps, started);
    expect(started.map(({ runId }) => runId)).toEqual([other]);
    const { run } = await find(stuck);
    expect(Number(run?.nextRetryAt)).toBeGreaterThan(Date.now() + 60_000);
  });
});
