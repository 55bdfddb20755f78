import { createRunBatchActivities, type RunBatchDependencies } from '@docket/activities/run-batch';
import type { RunBatchSubject } from '@docket/activities/run-batch/types';
import { takeUpIngest } from '@docket/activities/take-up';
import type { RunSelection } from '@docket/db/run-selection';
import type { RunStart } from '@docket/db/runs';
import { DocketError } from '@docket/domain/errors';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { newId } from '../../../../test/support/database.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';

jest.setTimeout(60_000);

let world: IngestWorld;
let started: RunStart[];
let cancelled: string[];
beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

const ANY = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'terminated'] as const;

async function run(code?: string): Promise<string> {
  const subject = await world.announce({ text: `# A ${newId()}\n\nText of ${newId()}.\n` });
  if (code) {
    const kind = code.startsWith('document.') ? 'rejected' : 'index_error';
    await world.run('endIngest', { ...subject, end: { kind, code, message: 'No.' } });
  }
  return subject.runId;
}

async function newBatch(
  spec: { action: 'retry' | 'cancel' } | { action: 'rerun'; fromStep: string },
  selection: RunSelection,
): Promise<RunBatchSubject> {
  const [batchId, runId] = [newId(), newId()];
  await world.database.tenants.withTenant(world.orgId, async (tx) => {
    await tx.runs.insert({
      id: runId,
      kind: 'runBatch',
      subjectKind: 'batch',
      subjectId: batchId,
      workflowId: `run-batch:${batchId}`,
      input: {},
      requestId: 'r',
      traceparent: null,
    });
    await tx.batches.insert({ id: batchId, kind: 'runBatch', runId, spec });
    await tx.batches.chooseRuns(batchId, selection);
  });
  return { orgId: world.orgId, batchId, runId };
}

function activities(changed: Partial<RunBatchDependencies> = {}) {
  [started, cancelled] = [[], []];
  return createRunBatchActivities({
    tenants: world.database.tenants,
    takeUps: { documentIngest: takeUpIngest(world.database.tenants, world.storage) },
    notCancellable: {},
    startRun: async (start) => void started.push(start),
    cancelRun: async ({ id }) => void cancelled.push(id),
    now: () => new Date(),
    ...changed,
  });
}

async function act(
  batch: RunBatchSubject,
  changed: Partial<RunBatchDependencies> = {},
): Promise<{ settled: number; remaining: number; waitMs: number }> {
  const { actOnRuns } = activities(changed);
  return new MockActivityEnvironment().run(actOnRuns, batch);
}

async function read({ batchId, runId }: RunBatchSubject) {
  return world.database.tenants.withTenant(world.orgId, async ({ batches, runs }) => ({
    counts: await batches.counts(batchId),
    refusals: (await batches.refusals([batchId]))(batchId).map(({ code, count }) => `${code} ${count}`),
    states: (await batches.runStates([batchId]))(batchId),
    run: await runs.find(runId),
    told: (await runs.history(runId)).map(({ what }) => what),
  }));
}

describe('a batch', () => {
  it('takes up what can be, says of the others why not, and its counts add up', async () => {
    const [passing, again] = [await run('storage.unavailable'), await run('storage.unavailable')];
    const [rejected, open] = [await run('document.empty'), await run()];
    const batch = await newBatch({ action: 'retry' }, { states: ANY, ids: [passing, again, rejected, open] });
    expect(await act(batch)).toEqual({ settled: 4, remaining: 0, waitMs: 0 });
    const { counts, refusals, states } = await read(batch);
    expect(counts).toEqual({ pending: 0, done: 2, unchanged: 1, refused: 1, skipped: 0 });
    expect(refusals).toEqual(['run.not_retryable 1']);
    expect(states).toEqual({ queued: 2 });
    expect(started.map(({ runId }) => runId).sort()).toEqual([passing, again].sort());
    const told = await world.database.tenants.withTenant(world.orgId, ({ runs }) => runs.history(passing));
    expect(told.at(-1)?.what).toMatch(/^Retried with bat_/);
  });

  it('of the same runs as another acts on each run once, and both know', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => run('storage.unavailable')));
    const selection = { states: ANY, ids: runs };
    const batches = await Promise.all([1, 2, 3].map(() => newBatch({ action: 'retry' }, selection)));
    const starts: RunStart[] = [];
    const startRun = async (start: RunStart): Promise<void> => void starts.push(start);
    await Promise.all(batches.map((batch) => act(batch, { startRun })));
    expect(starts.map(({ runId }) => runId).sort()).toEqual([...runs].sort());
    const counts = await Promise.all(batches.map(async (batch) => (await read(batch)).counts));
    expect(counts.reduce((sum, { done }) => sum + done, 0)).toBe(6);
    expect(counts.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(12);
  });

  it('that dies between taking up and starting acts on none twice', async () => {
    const failed = await run('storage.unavailable');
    const batch = await newBatch({ action: 'retry' }, { states: ANY, ids: [failed] });
    await act(batch, { startRun: () => Promise.reject(new Error('Temporal is away')) });
    expect(await act(batch)).toEqual({ settled: 0, remaining: 0, waitMs: 0 });
    expect(started).toEqual([]);
    const row = await world.database.tenants.withTenant(world.orgId, ({ runs }) => runs.find(failed));
    expect(row).toMatchObject({ state: 'queued', attempts: 2 });
  });

  it('acts on none twice when two attempts of a round go on side by side', async () => {
    const subject = await world.announce({ text: `# Twice\n\nText of ${newId()}.\n` });
    const fail = async (): Promise<void> => {
      const end = { kind: 'index_error', code: 'storage.unavailable', message: 'No.' } as const;
      world.execution = newId();
      await world.run('endIngest', { ...subject, end });
      world.execution = null;
    };
    await fail();
    const batch = await newBatch({ action: 'retry' }, { states: ANY, ids: [subject.runId] });
    const really = takeUpIngest(world.database.tenants, world.storage);
    const slowly: typeof really = async (...given) => {
      // The other attempt takes it up, and it fails again, before this one comes to it.
      await act(batch, { startRun: async () => undefined });
      await fail();
      return really(...given);
    };
    const starts: RunStart[] = [];
    const late = await act(batch, {
      takeUps: { documentIngest: slowly },
      startRun: async (start) => void starts.push(start),
    });
    expect(late).toEqual({ settled: 0, remaining: 0, waitMs: 0 });
    expect(starts).toEqual([]);
    const row = await world.database.tenants.withTenant(world.orgId, ({ runs }) => runs.find(subject.runId));
    expect(row).toMatchObject({ state: 'failed', attempts: 2 });
  });

  it('that is cancelled in Temporal acts on no more, though its round had begun', async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, () => run()));
    const batch = await newBatch({ action: 'cancel' }, { states: ANY, ids: runs });
    const environment = new MockActivityEnvironment();
    const { actOnRuns, endRunBatch } = activities({
      cancelRun: async ({ id }) => {
        if (cancelled.push(id) === 1) environment.cancel();
      },
    });
    await expect(environment.run(actOnRuns, batch)).rejects.toBeInstanceOf(CancelledFailure);
    const end = { ...batch, outcome: 'cancelled' } as const;
    await new MockActivityEnvironment().run(endRunBatch, end);
    const { counts } = await read(batch);
    expect(counts.skipped).toBeGreaterThan(0);
    expect(counts).toMatchObject({ done: cancelled.length, pending: 0 });
  });

  it('waits when the plan allows no more runs at once, with the rest untouched', async () => {
    const runs = [await run('storage.unavailable'), await run('storage.unavailable')];
    const batch = await newBatch({ action: 'retry' }, { states: ANY, ids: runs });
    const full = async (): Promise<never> => {
      throw new DocketError('quota.runs_exceeded', 'Too many at once.');
    };
    const acted = await act(batch, { takeUps: { documentIngest: full } });
    expect(acted).toEqual({ settled: 0, remaining: 2, waitMs: expect.any(Number) });
    expect(acted.waitMs).toBeGreaterThan(0);
  });

  it('cancels what is open, leaves what has ended, and refuses what cannot be', async () => {
    const [open, ended] = [await run(), await run('storage.unavailable')];
    const batch = await newBatch({ action: 'cancel' }, { states: ANY, ids: [open, ended] });
    await act(batch);
    expect(cancelled).toEqual([open]);
    expect((await read(batch)).counts).toMatchObject({ done: 1, unchanged: 1 });
    const owed = await newBatch({ action: 'cancel' }, { states: ANY, ids: [open] });
    await act(owed, { notCancellable: { documentIngest: 'It goes on to the end.' } });
    expect((await read(owed)).refusals).toEqual(['run.not_cancellable 1']);
  });

  it('chooses by filter when it is made, and never another batch', async () => {
    const failed = await run('embedding.rejected');
    const filter: RunSelection = { states: ['failed'], errorCode: 'embedding.rejected', since: new Date(0) };
    const batch = await newBatch({ action: 'retry' }, filter);
    await run('embedding.rejected');
    await newBatch({ action: 'cancel' }, { states: ['queued'] });
    const items = await world.database.tenants.withTenant(world.orgId, ({ batches }) =>
      batches.pending(batch.batchId, 10),
    );
    expect(items).toEqual([failed]);
    const others = await world.database.tenants.withTenant(world.orgId, ({ batches }) =>
      batches.countRuns({ states: ANY, until: new Date(Date.now() + 60_000) }),
    );
    expect(others.map(({ kind }) => kind)).not.toContain('runBatch');
  });

  it('finds what a build made last and what counts now', async () => {
    const subject = await world.index({ text: '# Built\n\nBy some build.\n' });
    const madeBy = async (build: string) =>
      world.database.tenants.withTenant(world.orgId, ({ batches }) =>
        batches.countRuns({ states: ['succeeded'], madeBy: build }),
      );
    const [{ worker_build: build } = { worker_build: '' }] = await world.database.asAdmin<{
      worker_build: string;
    }>('select worker_build from run_executions where run_id = $1', [subject.runId]);
    expect(await madeBy(build)).toEqual([{ kind: 'documentIngest', errorCode: null, count: 1 }]);
    expect(await madeBy('another')).toEqual([]);
    await world.database.asAdmin('update documents set current_version = null where id = $1', [
      subject.documentId,
    ]);
    expect(await madeBy(build)).toEqual([]);
  });

  it('ends with its counts, once, and a cancelled one leaves out what is left', async () => {
    const runs = [await run('storage.unavailable'), await run('storage.unavailable')];
    const batch = await newBatch({ action: 'retry' }, { states: ANY, ids: runs });
    const { endRunBatch } = activities();
    const environment = new MockActivityEnvironment();
    for (const outcome of ['cancelled', 'completed'] as const)
      await environment.run(endRunBatch, { ...batch, outcome });
    const { counts, run: row, told } = await read(batch);
    expect(counts).toEqual({ pending: 0, done: 0, unchanged: 0, refused: 0, skipped: 2 });
    expect(row).toMatchObject({ state: 'cancelled', result: counts });
    expect(told).toEqual(['Cancelled: 0 acted on, 0 left as they were, 0 refused, 2 left out']);
  });
});
