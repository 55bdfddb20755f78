import { RUN_STATES } from '@docket/domain/run/state-rules';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { newRun } from '../support/seed.ts';

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
      await runs.recordExecution(id, temporalRunId, 'build 1');
      await runs.recordExecution(id, temporalRunId, 'build 2');
      await runs.recordExecution(other, newId(), 'build 1');
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
