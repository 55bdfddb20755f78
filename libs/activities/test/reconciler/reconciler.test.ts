import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { settleIngest } from '@docket/activities/document-ingest/settle';
import type { IngestSubject } from '@docket/activities/document-ingest/types';
import {
  Reconciler,
  type ClosedExecution,
  type CloseStatus,
  type Execution,
} from '@docket/activities/reconciler';
import type { RunStart } from '@docket/db/runs';
import { toTypeId } from '@docket/domain/ids/type-id';
import { newId } from '../../../../test/support/database.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { rowsOf } from '../document-ingest/support/rows.ts';

let world: IngestWorld;
let closed: ClosedExecution[];
let latest: Map<string, Execution>;
let started: RunStart[];
let corrections: string[];
let problems: string[];

beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
beforeEach(() => {
  [closed, started, corrections, problems] = [[], [], [], []];
  latest = new Map();
});
afterAll(() => world.close(), 60_000);

function reconciler(holder = newId()): Reconciler {
  return new Reconciler({
    system: world.database.system,
    tenants: world.database.tenants,
    executions: {
      async *closedBetween(since, until) {
        for (const one of closed.toSorted((a, b) => b.closedAt.getTime() - a.closedAt.getTime()))
          if (one.closedAt > since && (until === null || one.closedAt <= until)) yield one;
      },
      latest: async (workflowId) => latest.get(workflowId) ?? null,
      failureOf: async () => null,
    },
    settle: { documentIngest: settleIngest },
    settleOne: { documentIngest: settleIngest },
    startRun: async (run) => {
      started.push(run);
    },
    holder,
    onCorrected: (status) => corrections.push(status),
    onProblem: (_, error) => problems.push(String(error)),
  });
}

/** What an operator did, as Temporal tells it. */
async function close(
  subject: IngestSubject,
  temporalRunId: string,
  status: CloseStatus,
): Promise<ClosedExecution> {
  const run = await world.database.tenants.withTenant(world.orgId, (tx) => tx.runs.find(subject.runId));
  const execution: ClosedExecution = {
    workflowId: run?.workflowId ?? '',
    temporalRunId,
    status,
    startedAt: new Date(),
    closedAt: new Date(),
    workerBuild: 'build',
    org: toTypeId('org', world.orgId),
  };
  closed.push(execution);
  latest.set(execution.workflowId, execution);
  return execution;
}

/** No other reconciler of these tests may hold the lease. */
async function letGo(): Promise<void> {
  await world.database.asAdmin(`update reconciliation set held_until = '-infinity'`);
}

async function reading(text: string): Promise<{ subject: IngestSubject; execution: string }> {
  const execution = newId();
  world.execution = execution;
  const subject = await world.announce({ text });
  await world.run('readContent', subject);
  return { subject, execution };
}

describe('the reconciler', () => {
  beforeEach(letGo);

  it.each([
    ['terminated', 'terminated', 'run.terminated'],
    ['timed_out', 'failed', 'run.timed_out'],
    ['failed', 'failed', 'run.failed'],
    ['cancelled', 'cancelled', 'run.cancelled'],
  ] as const)('ends rows whose execution was %s, and lets go of the content', async (status, state, code) => {
    const { subject, execution } = await reading(`# ${status}\n\nAll about ${status}.`);
    await close(subject, execution, status);
    await reconciler().tick();
    expect(await rowsOf(world, subject)).toMatchObject({
      version: [{ state: 'index_error', error_code: code }],
      contents: [{ state: 'processing', lease_run_id: null }],
      run: [{ state, error_code: code }],
      executions: [{ open: false }],
    });
    expect(corrections).toEqual([status]);
  });

  it('does it once, however many look and however often', async () => {
    const { subject, execution } = await reading('# once\n\nAll about once.');
    await close(subject, execution, 'terminated');
    const [one, other] = [reconciler(), reconciler()];
    await Promise.all([one.tick(), other.tick()]);
    await letGo();
    await Promise.all([one.tick(), other.tick()]);
    expect(corrections).toEqual(['terminated']);
  });

  it('follows a reset: the old execution is over, the new one goes on, and the run is open', async () => {
    const { subject, execution } = await reading('# reset\n\nAll about resets.');
    const old = await close(subject, execution, 'terminated');
    latest.set(old.workflowId, { ...old, temporalRunId: newId(), status: 'running', closedAt: null });
    await reconciler().tick();
    expect(await rowsOf(world, subject)).toMatchObject({
      version: [{ state: 'processing', error_code: null }],
      run: [{ state: 'running', error_code: null }],
    });
    expect((await rowsOf(world, subject))['executions']).toHaveLength(2);
    expect(corrections).toEqual(['reset']);
  });

  it('leaves a run alone that was taken up again since, and one that ended by itself', async () => {
    const { subject, execution } = await reading('# taken\n\nAll about takers.');
    await world.run('endIngest', { ...subject, end: { kind: 'cancelled' } });
    await close(subject, execution, 'cancelled');
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      await tx.versions.reopen(subject.versionId, 'uploaded', 'parse');
      await tx.runs.requeue(subject.runId, 'parse', {});
    });
    await reconciler().tick();
    expect(await rowsOf(world, subject)).toMatchObject({
      version: [{ state: 'uploaded' }],
      run: [{ state: 'queued' }],
    });
    expect(corrections).toEqual([]);
  });

  it('goes on from where another left off, and looks back a little for what visibility brought late', async () => {
    const first = await reading('# first\n\nAll about first.');
    await close(first.subject, first.execution, 'terminated');
    await reconciler().tick();
    await letGo();
    const late = await reading('# late\n\nAll about late.');
    const execution = await close(late.subject, late.execution, 'terminated');
    execution.closedAt.setSeconds(execution.closedAt.getSeconds() - 30);
    await reconciler().tick();
    expect((await rowsOf(world, late.subject))['run']).toEqual([
      { state: 'terminated', error_code: 'run.terminated' },
    ]);
  });

  it('starts a run anew whose execution somebody deleted, and leaves one alone that is at work', async () => {
    const gone = await reading('# gone\n\nAll about gone.');
    const busy = await reading('# busy\n\nAll about busy.');
    const run = await world.database.tenants.withTenant(world.orgId, (tx) =>
      tx.runs.find(busy.subject.runId),
    );
    latest.set(run?.workflowId ?? '', {
      workflowId: run?.workflowId ?? '',
      temporalRunId: busy.execution,
      status: 'running',
      startedAt: new Date(),
      closedAt: null,
      workerBuild: null,
    });
    await world.database.asAdmin(`update runs set queued_at = now() - interval '1 hour' where id = any($1)`, [
      [gone.subject.runId, busy.subject.runId],
    ]);
    await reconciler().tick();
    expect(started).toMatchObject([{ runId: gone.subject.runId, attempts: 2 }]);
    expect((await rowsOf(world, busy.subject))['run']).toMatchObject([{ state: 'running' }]);
  });

  it('starts a retry again whose start got lost: the execution that is known is the one before it', async () => {
    const { subject, execution } = await reading('# lost\n\nAll about lost starts.');
    await world.run('endIngest', { ...subject, end: { kind: 'cancelled' } });
    await close(subject, execution, 'cancelled');
    closed = [];
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      await tx.versions.reopen(subject.versionId, 'uploaded', 'parse');
      await tx.runs.requeue(subject.runId, 'parse', {});
    });
    await world.database.asAdmin(
      `update runs set queued_at = now() - interval '1 hour', swept_at = now() - interval '1 hour' where id = $1`,
      [subject.runId],
    );
    await reconciler().tick();
    expect(started).toMatchObject([{ runId: subject.runId, attempts: 2 }]);
    expect((await rowsOf(world, subject))['run']).toMatchObject([{ state: 'queued' }]);
  });

  it.each([
    { state: 'running', minutesAgo: 16, itsOwn: true, becomes: 'failed' },
    { state: 'waiting', minutesAgo: 16, itsOwn: true, becomes: 'failed' },
    { state: 'queued', minutesAgo: 16, itsOwn: true, becomes: 'queued' },
    { state: 'running', minutesAgo: 14, itsOwn: true, becomes: 'running' },
    { state: 'running', minutesAgo: 16, itsOwn: false, becomes: 'running' },
    { state: 'running', minutesAgo: 61, itsOwn: true, becomes: 'running' },
  ])(
    'ends a run of an hour ago whose execution completed without a word of it, not before others had their time: %j',
    async ({ state, minutesAgo, itsOwn, becomes }) => {
      const { subject, execution } = await reading(
        `# ${state} ${minutesAgo} ${itsOwn}\n\nAll about silence.`,
      );
      const run = await world.database.tenants.withTenant(world.orgId, (tx) => tx.runs.find(subject.runId));
      await world.database.asAdmin(
        `update runs set queued_at = now() - interval '1 hour', state = $2 where id = $1`,
        [subject.runId, state],
      );
      const closedAt = new Date(Date.now() - minutesAgo * 60_000);
      const workflowId = run?.workflowId ?? '';
      const temporalRunId = itsOwn ? execution : newId();
      const said = { workflowId, temporalRunId, startedAt: closedAt, closedAt, workerBuild: null };
      latest.set(workflowId, { ...said, status: 'completed' });
      await reconciler().tick();
      const isEnded = becomes === 'failed';
      expect((await rowsOf(world, subject))['run']).toEqual([
        { state: becomes, error_code: isEnded ? 'run.failed' : null },
      ]);
      expect(corrections).toEqual(isEnded ? ['forgotten'] : []);
      expect(problems).toEqual([]);
    },
  );
});
