import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { IngestBench } from './support/ingest-bench.ts';
import { namesOf, scenarios, type Played } from './support/scenarios.ts';
import { CONTENT } from './support/scripted-activities.ts';

const INDEXED = {
  kind: 'completed',
  result: { schemaVersion: 1, contentId: CONTENT, chunkCount: 3, reused: false },
};

describe('documentIngest ends', () => {
  let bench: IngestBench;
  beforeAll(async () => {
    bench = await IngestBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('indexed, when the upload is announced', async () => {
    const run = await scenarios['indexed-after-announcement'](bench);
    expect(run.ending).toEqual(INDEXED);
    expect(namesOf(run)).toEqual(['readContent', 'indexContent']);
    await expectAttributes(run, 'indexed');
  });

  it('indexed, when nobody announces an upload that is there', async () => {
    const run = await scenarios['indexed-after-found'](bench);
    expect(run.ending).toEqual(INDEXED);
    expect(namesOf(run)).toEqual([...Array(3).fill('findUploadedObject'), 'readContent', 'indexContent']);
  });

  it('indexed, when only the last look finds the upload', async () => {
    const run = await scenarios['indexed-after-last-look'](bench);
    expect(run.ending).toEqual(INDEXED);
    expect(lastLooks(run)).toBe(1);
  });

  it('indexed, without waiting for anything when the bytes are stored already', async () => {
    const run = await scenarios['indexed-inline'](bench);
    expect(run.ending).toEqual(INDEXED);
    expect(namesOf(run)).toEqual(['readContent', 'indexContent']);
  });

  it('indexed by reuse, when somebody indexed the same bytes before', async () => {
    const run = await scenarios['indexed-by-reuse'](bench);
    expect(run.ending).toEqual({ kind: 'completed', result: { ...INDEXED.result, reused: true } });
    expect(run.calls.at(-1)?.input).toMatchObject({ contentId: CONTENT, fencingToken: null });
  });

  it('upload_expired, a minute after the window and after one last look', async () => {
    const run = await scenarios['upload-expired'](bench);
    expect(run.ending).toMatchObject({ kind: 'failed', code: 'upload.expired' });
    expect(lastLooks(run)).toBe(1);
    expect(run.calls.at(-1)).toMatchObject({ name: 'endIngest', input: { end: { kind: 'upload_expired' } } });
    const { startTime, closeTime } = await run.handle.describe();
    const tookMs = (closeTime?.getTime() ?? 0) - startTime.getTime();
    expect(tookMs).toBeGreaterThanOrEqual(960_000);
    expect(tookMs).toBeLessThan(970_000);
    await expectAttributes(run, 'upload_expired', 'upload.expired');
  });

  it('upload_expired, when an upload was announced that never came', async () => {
    const run = await scenarios['upload-expired-after-false-announcement'](bench);
    expect(run.ending).toMatchObject({ kind: 'failed', code: 'upload.expired' });
    expect(run.calls[0]?.name).toBe('readContent');
    expect(lastLooks(run)).toBe(1);
  });

  it.each([
    ['rejected-for-its-bytes', 'document.encrypted', 'It has a password.'],
    ['rejected-for-its-upload', 'upload.checksum_mismatch', 'These are other bytes.'],
  ] as const)('rejected, with the code of what is at fault: %s', async (scenario, code, message) => {
    const run = await scenarios[scenario](bench);
    expect(run.ending).toEqual({ kind: 'failed', code, message });
    expect(namesOf(run)).toEqual(['readContent', 'endIngest']);
    expect(run.calls.at(-1)?.input).toMatchObject({ end: { kind: 'rejected', code, message } });
    await expectAttributes(run, 'rejected', code);
  });

  it('index_error, when an activity gives the surroundings up', async () => {
    const run = await scenarios['index-error'](bench);
    expect(run.ending).toMatchObject({ kind: 'failed', code: 'storage.unavailable' });
    expect(run.calls.at(-1)?.input).toMatchObject({
      end: { kind: 'index_error', code: 'storage.unavailable' },
    });
    await expectAttributes(run, 'index_error', 'storage.unavailable');
  });

  it.each(['cancelled-while-waiting', 'cancelled-while-reading'] as const)(
    'cancelled, and the row is told: %s',
    async (scenario) => {
      const run = await scenarios[scenario](bench);
      expect(run.ending).toEqual({ kind: 'cancelled' });
      expect(run.calls.at(-1)).toMatchObject({ name: 'endIngest', input: { end: { kind: 'cancelled' } } });
      await expectAttributes(run, 'cancelled', 'run.cancelled');
    },
  );
});

function lastLooks(run: Played): number {
  return run.calls.filter(({ input }) => (input as { lastLook?: boolean }).lastLook === true).length;
}

async function expectAttributes(run: Played, state: string, code?: string): Promise<void> {
  const { typedSearchAttributes } = await run.handle.describe();
  expect(typedSearchAttributes.get(searchAttributes.state)).toBe(state);
  expect(typedSearchAttributes.get(searchAttributes.error)).toBe(code);
}
