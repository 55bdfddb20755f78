import { RUN_STATES } from '@docket/domain/run/state-rules';
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

async function startRun(): Promise<string> {
  const id = newId();
  await db.tenants.withTenant(orgId, ({ runs }) => runs.insert(newRun(id)));
  return id;
}

const ENDS = [
  { state: 'succeeded', result: { chunkCount: 3 } },
  { state: 'failed', error: { code: 'document.empty', message: 'No text.' } },
  { state: 'cancelled', error: { code: 'run.cancelled', message: 'Cancelled.' } },
] as const;

describe('ending a run', () => {
  it('counts once: of many ends at once the first one stays, and only it is told so', async () => {
    const id = await startRun();
    const told = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const end = ENDS[index % 3] ?? ENDS[0];
        return { end, first: await db.tenants.withTenant(orgId, ({ runs }) => runs.end(id, end)) };
      }),
    );
    const firsts = told.filter(({ first }) => first);
    expect(firsts).toHaveLength(1);
    const run = await db.tenants.withTenant(orgId, ({ runs }) => runs.find(id));
    expect(run?.state).toBe(firsts[0]?.end.state);
    expect(run?.endedAt).not.toBeNull();
    expect(run?.startedAt).not.toBeNull();
  });

  it('ends its open executions with it, and leaves those of other runs open', async () => {
    const [id, other] = [await startRun(), await startRun()];
    await db.tenants.withTenant(orgId, async ({ runs }) => {
      const temporalRunId = newId();
      await runs.join(id, temporalRunId, 'build 1');
      await runs.join(id, temporalRunId, 'build 2');
      await runs.join(other, newId(), 'build 1');
      await runs.end(id, { state: 'succeeded' });
      const executions = await runs.executionsOf([id, other]);
      expect(
        executions.map(({ runId, workerBuild, endedAt }) => ({ runId, workerBuild, open: endedAt === null })),
      ).toEqual(
        expect.arrayContaining([
          // A run that was taken over by another build ends with that.
          { runId: id, workerBuild: 'build 2', open: false },
          { runId: other, workerBuild: 'build 1', open: true },
        ]),
      );
      expect(executions).toHaveLength(2);
    });
  });

  it.each(RUN_STATES)('leaves a run that is %s as it should be when progress comes late', async (state) => {
    const id = await startRun();
    await db.asAdmin('update runs set state = $2 where id = $1', [id, state]);
    await db.tenants.withTenant(orgId, ({ runs }) => runs.progress(id, 'running', 'embed'));
    const run = await db.tenants.withTenant(orgId, ({ runs }) => runs.find(id));
    const open = ['queued', 'running', 'waiting'].includes(state);
    expect({ state: run?.state, step: run?.step }).toEqual(
      open ? { state: 'running', step: 'embed' } : { state, step: null },
    );
  });
});

describe('the history of a run', () => {
  it('is in the order in which it was written, whatever the clocks say, with everything that was said', async () => {
    const id = await startRun();
    const at = new Date('2026-01-02T03:04:05.678Z');
    const said = [
      { at, step: 'receive', what: `A "quoted", 'odd' {line}\\`, outcome: 'started' as const },
      {
        at: new Date(0),
        step: 'parse',
        what: 'Parsed',
        outcome: 'succeeded' as const,
        attempt: 3,
        durationMs: 12,
        detail: { pages: [1, { of: 'two' }], 'a"b': null },
      },
    ];
    await db.tenants.withTenant(orgId, ({ runs }) => runs.addEvents(id, said));
    await db.tenants.withTenant(orgId, ({ runs }) => runs.addEvents(id, []));
    await db.tenants.withTenant(orgId, ({ runs }) =>
      runs.addEvents(id, [{ at, step: 'index', what: 'Done', outcome: 'succeeded' }]),
    );
    const history = await db.tenants.withTenant(orgId, ({ runs }) => runs.history(id));
    expect(
      history.map(({ at: when, step, what, outcome, attempt, durationMs, detail }) => ({
        at: when,
        step,
        what,
        outcome,
        attempt,
        durationMs,
        detail,
      })),
    ).toEqual([
      { attempt: 1, durationMs: null, detail: {}, ...said[0] },
      { ...said[1] },
      { at, step: 'index', what: 'Done', outcome: 'succeeded', attempt: 1, durationMs: null, detail: {} },
    ]);
  });

  it('goes back with the step it tells about', async () => {
    const id = await startRun();
    const step = db.tenants.withTenant(orgId, async ({ runs }) => {
      await runs.addEvents(id, [{ at: new Date(), step: 'parse', what: 'Parsed', outcome: 'succeeded' }]);
      throw new Error('the step failed');
    });
    await expect(step).rejects.toThrow('the step failed');
    expect(await db.tenants.withTenant(orgId, ({ runs }) => runs.history(id))).toEqual([]);
  });
});

describe('the list of runs', () => {
  it('pages newest first without a gap or a repeat, by every filter together', async () => {
    const subjectId = newId();
    const ids: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      const id = newId();
      await db.tenants.withTenant(orgId, ({ runs }) => runs.insert({ ...newRun(id), subjectId }));
      ids.unshift(id);
    }
    const seen: string[] = [];
    for (let beforeId: string | null = null, more = true; more; beforeId = seen.at(-1) ?? null) {
      const filter = { subjectId, state: 'queued' as const, kind: 'documentIngest', since: new Date(0) };
      const rows = await db.tenants.withTenant(orgId, ({ runs }) =>
        runs.list(filter, { limit: 3, beforeId }),
      );
      seen.push(...rows.slice(0, 3).map(({ id }) => id));
      more = rows.length > 3;
    }
    expect(seen).toEqual(ids.toSorted().reverse());
  });
});

describe('an execution that joins a run', () => {
  const join = (id: string, execution: string) =>
    db.tenants.withTenant(orgId, ({ runs }) => runs.join(id, execution, 'build'));
  const stateOf = async (id: string) => {
    const run = await db.tenants.withTenant(orgId, ({ runs }) => runs.find(id));
    return run && { state: run.state, attempts: run.attempts, errorCode: run.errorCode };
  };

  it('takes an ended run up again when nobody knew it, as an operator resets a closed one', async () => {
    const id = await startRun();
    const [first, reset] = [newId(), newId()];
    expect(await join(id, first)).toBe('joined');
    expect(await join(id, first)).toBe('joined');
    await db.tenants.withTenant(orgId, ({ runs }) => runs.end(id, ENDS[1]));
    expect(await join(id, reset)).toBe('reopened');
    expect(await join(id, reset)).toBe('joined');
    expect(await stateOf(id)).toEqual({ state: 'running', attempts: 2, errorCode: null });
  });

  it('is told that it is late when the run ended with it, and changes nothing', async () => {
    const id = await startRun();
    const execution = newId();
    await join(id, execution);
    await db.tenants.withTenant(orgId, ({ runs }) => runs.end(id, ENDS[1]));
    const before = await stateOf(id);
    expect(await join(id, execution)).toBe('over');
    expect(await stateOf(id)).toEqual(before);
  });
});

describe('taking a run up again', () => {
  const requeue = (id: string) =>
    db.tenants.withTenant(orgId, async ({ runs }) => {
      await runs.lock(id);
      return runs.requeue(id, 'parse', { uploaded: true });
    });

  it('counts one attempt and hands out one start, however many ask at once', async () => {
    const id = await startRun();
    await db.tenants.withTenant(orgId, ({ runs }) => runs.end(id, ENDS[1]));
    const starts = await Promise.all(Array.from({ length: 12 }, () => requeue(id)));
    expect(starts.filter((start) => start !== null)).toMatchObject([
      { runId: id, attempts: 2, input: { uploaded: true } },
    ]);
    expect(await db.tenants.withTenant(orgId, ({ runs }) => runs.find(id))).toMatchObject({
      state: 'queued',
      step: 'parse',
      attempts: 2,
      errorCode: null,
      endedAt: null,
      sweptAt: null,
    });
  });

  it('is found by the sweep when nobody starts it, however old the run is', async () => {
    const id = await startRun();
    await db.tenants.withTenant(orgId, async ({ runs }) => {
      await runs.markSwept(id);
      await runs.end(id, ENDS[1]);
    });
    await requeue(id);
    const unstarted = async (seconds: number) =>
      (await db.system.unstartedRuns(seconds, 1_000)).some(({ runId }) => runId === id);
    expect(await unstarted(60)).toBe(false);
    await db.asAdmin(`update runs set queued_at = now() - interval '61 seconds' where id = $1`, [id]);
    expect(await unstarted(60)).toBe(true);
  });

  it.each(['queued', 'running', 'waiting'] as const)('leaves a run alone that is %s', async (state) => {
    const id = await startRun();
    await db.asAdmin('update runs set state = $2 where id = $1', [id, state]);
    expect(await requeue(id)).toBeNull();
  });
});

describe('failed runs', () => {
  it('are counted by kind and code, the most first, until they are taken up again', async () => {
    const org = await db.createOrg();
    const end = async (code: string | null): Promise<string> => {
      const id = newId();
      await db.tenants.withTenant(org, async ({ runs }) => {
        await runs.insert(newRun(id));
        await runs.end(
          id,
          code === null ? { state: 'succeeded' } : { state: 'failed', error: { code, message: 'No.' } },
        );
      });
      return id;
    };
    for (const code of ['document.empty', 'storage.unavailable', null, 'document.empty']) await end(code);
    const again = await end('storage.unavailable');
    await end('storage.unavailable');
    const counted = () =>
      db.tenants.withTenant(org, async ({ failures }) =>
        (await failures.list()).map(({ errorCode, count }) => `${errorCode} ${count}`),
      );
    expect(await counted()).toEqual(['storage.unavailable 3', 'document.empty 2']);
    await db.tenants.withTenant(org, ({ runs }) => runs.requeue(again, null, {}));
    expect(await counted()).toEqual(['document.empty 2', 'storage.unavailable 2']);
  });
});
