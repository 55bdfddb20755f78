import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { until } from '../support/until.ts';
import { IngestBench } from './support/ingest-bench.ts';
import { endingOf, namesOf, scenarios } from './support/scenarios.ts';
import { CONTENT, NothingThere } from './support/scripted-activities.ts';

const SAID = { schemaVersion: 1 } as const;

describe('documentIngest answers', () => {
  let bench: IngestBench;
  beforeAll(async () => {
    bench = await IngestBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('the query progress in every phase up to indexed', async () => {
    const reading = deferred();
    const run = await bench.start({
      script: {
        async readContent() {
          await reading.opened;
          return { outcome: 'reused', contentId: CONTENT };
        },
      },
    });
    expect(await run.progress()).toBe('awaiting_upload');
    await run.handle.signal('uploadCompleted', SAID);
    await until('the file is being read', () => namesOf(run).includes('readContent'));
    expect(await run.progress()).toBe('processing');
    reading.open();
    await endingOf(run);
    expect(await run.progress()).toBe('indexed');
  });

  it.each([
    ['upload-expired', 'upload_expired'],
    ['rejected-for-its-bytes', 'rejected'],
    ['index-error', 'index_error'],
    ['cancelled-while-waiting', 'cancelled'],
  ] as const)('the query progress after the end: %s', async (scenario, state) => {
    expect(await (await scenarios[scenario](bench)).progress()).toBe(state);
  });

  it('an upload announced too early by waiting on, and takes the one that comes', async () => {
    let stored = false;
    const run = await bench.start({
      script: {
        readContent: () => (stored ? { outcome: 'reused', contentId: CONTENT } : { outcome: 'not_received' }),
      },
    });
    await run.handle.signal('uploadCompleted', SAID);
    await until(
      'it waits again',
      async () => run.calls.length > 0 && (await run.progress()) === 'awaiting_upload',
    );
    stored = true;
    await run.handle.signal('uploadCompleted', SAID);
    expect((await endingOf(run)).kind).toBe('completed');
    expect(namesOf(run).filter((name) => name === 'readContent')).toHaveLength(2);
    expect(namesOf(run)).not.toContain('endIngest');
  });

  it('an announcement while the storage is being polled, and stops polling', async () => {
    const run = await bench.start();
    await until('the announcement grace has begun', async () => (await run.progress()) === 'awaiting_upload');
    await bench.environment.sleep('10s');
    await until('the storage is polled', () => namesOf(run).includes('findUploadedObject'));
    await run.handle.signal('uploadCompleted', SAID);
    expect((await endingOf(run)).kind).toBe('completed');
    const { startTime, closeTime } = await run.handle.describe();
    expect((closeTime?.getTime() ?? Infinity) - startTime.getTime()).toBeLessThan(60_000);
    const { events } = await run.handle.fetchHistory();
    expect(events?.some((event) => event.activityTaskCancelRequestedEventAttributes)).toBe(true);
  });

  it('an announcement said twice as one', async () => {
    const run = await bench.start({ script: { findUploadedObject: nothingThere } });
    await Promise.all([
      run.handle.signal('uploadCompleted', SAID),
      run.handle.signal('uploadCompleted', SAID),
    ]);
    expect((await endingOf(run)).kind).toBe('completed');
    expect(namesOf(run)).toEqual(['readContent', 'indexContent']);
  });

  it('an announcement after its end with WorkflowNotFound', async () => {
    const { handle } = await scenarios['indexed-inline'](bench);
    await expect(handle.signal('uploadCompleted', SAID)).rejects.toThrow(WorkflowNotFoundError);
  });

  it('a second start with the first execution', async () => {
    const run = await bench.start();
    const { runId } = await run.handle.describe();
    expect(await bench.startAgain(run.input)).toBe(runId);
    await run.handle.signal('uploadCompleted', SAID);
    expect((await endingOf(run)).kind).toBe('completed');
    expect(namesOf(run)).toEqual(['readContent', 'indexContent']);
  });

  it('a start after its end with a new execution under the same id', async () => {
    const run = await scenarios['indexed-inline'](bench);
    const { runId } = await run.handle.describe();
    expect(await bench.startAgain(run.input)).not.toBe(runId);
    expect((await endingOf(run)).kind).toBe('completed');
  });
});

function nothingThere(): never {
  throw new NothingThere('nothing has been uploaded yet');
}

/** A door that a scripted activity waits behind. */
function deferred(): { opened: Promise<unknown>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  return {
    opened: promise,
    open: () => {
      resolve(null);
    },
  };
}
