import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EndIngestInput } from '@docket/activities/document-ingest/types';
import { IngestWorld } from './support/ingest-world.ts';
import { eventsOf, rowsOf } from './support/rows.ts';

const text = (subject: string): string => `# ${subject}\n\nEvery ${subject} has its own shelf.\n`;

let world: IngestWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

/** Changes of the term counts that wait to be folded in. */
async function termChanges(): Promise<number> {
  const [row] = await world.database.asAdmin<{ count: number }>(
    'select count(*)::integer as count from lexeme_changes',
  );
  return row?.count ?? -1;
}

describe('indexContent', () => {
  it('done twice makes the version searchable once, with one line of history', async () => {
    const before = await termChanges();
    const subject = await world.index({ text: text('atlas') });
    const rows = await rowsOf(world, subject);
    expect(rows).toMatchObject({
      version: [{ state: 'indexed', step: null }],
      contents: [{ state: 'indexed', lease_run_id: null }],
      document: [{ current_version: 1, current_content_id: subject.contentId }],
      run: [{ state: 'succeeded', error_code: null }],
      executions: [{ worker_build: 'build-of-a-test', open: false }],
    });
    const again = await world.run('indexContent', { ...subject, fencingToken: 1 }, 2);
    expect(again).toMatchObject({ outcome: 'indexed' });
    expect(await rowsOf(world, subject)).toEqual(rows);
    expect((await eventsOf(world, subject)).filter((line) => line === 'index succeeded')).toHaveLength(1);
    expect(await termChanges()).toBe(before + 1);
  });

  it('lets an older version that is late change nothing of what is searchable', async () => {
    const old = await world.announce({ text: text('almanac') });
    const read = await world.run('readContent', old);
    const newer = await world.index({ text: text('gazette'), after: old });
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    await world.run('indexContent', { ...old, contentId: read.contentId, fencingToken: read.fencingToken });
    expect(await rowsOf(world, newer)).toMatchObject({
      document: [{ current_version: 2, current_content_id: newer.contentId }],
    });
    expect(await rowsOf(world, old)).toMatchObject({ version: [{ state: 'indexed' }] });
  });

  it('says superseded to a token that no longer holds, and writes nothing', async () => {
    const subject = await world.announce({ text: text('ledger') });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    const rows = await rowsOf(world, subject);
    const result = await world.run('indexContent', {
      ...subject,
      contentId: read.contentId,
      fencingToken: 99,
    });
    expect(result).toEqual({ outcome: 'superseded' });
    expect(await rowsOf(world, subject)).toEqual(rows);
  });
});

describe('embedContentChunks', () => {
  const long = Array.from(
    { length: 300 },
    (_, index) => `## Part ${index}\n\n${`Word${index} and more. `.repeat(60)}`,
  ).join('\n\n');

  it('goes on behind what is stored, and a token that no longer holds stores nothing', async () => {
    const subject = await world.announce({ text: `# Long\n\n${long}` });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    const { contentId, fencingToken, chunkCount } = read;
    expect(read.missingVectors).toBe(chunkCount);
    expect(chunkCount).toBeGreaterThan(256);
    // Indexing finds out that the content is another's; there is nothing to embed for this run.
    const overtaken = await world.run('embedContentChunks', {
      ...subject,
      contentId,
      fencingToken: fencingToken + 1,
    });
    expect(overtaken).toEqual({ missingVectors: 0 });
    expect((await rowsOf(world, subject))['vectors']).toEqual([]);
    expect(await world.run('embedContentChunks', { ...subject, contentId, fencingToken })).toEqual({
      missingVectors: 0,
    });
    const rows = await rowsOf(world, subject);
    expect(rows['vectors']).toHaveLength(chunkCount);
    await world.run('embedContentChunks', { ...subject, contentId, fencingToken }, 2);
    expect(await rowsOf(world, subject)).toEqual(rows);
  }, 60_000);
});

describe('endIngest', () => {
  it.each<[EndIngestInput['end'], string, string, string, string]>([
    [{ kind: 'upload_expired' }, 'upload_expired', 'upload.expired', 'failed', 'processing'],
    [
      { kind: 'rejected', code: 'document.encrypted', message: 'm' },
      'rejected',
      'document.encrypted',
      'failed',
      'rejected',
    ],
    [
      { kind: 'rejected', code: 'upload.type_mismatch', message: 'm' },
      'rejected',
      'upload.type_mismatch',
      'failed',
      'processing',
    ],
    [
      { kind: 'index_error', code: 'storage.unavailable', message: 'm' },
      'index_error',
      'storage.unavailable',
      'failed',
      'processing',
    ],
    [{ kind: 'cancelled' }, 'index_error', 'run.cancelled', 'cancelled', 'processing'],
  ])('writes %j once, and lets go of the content', async (end, state, code, runState, contentState) => {
    const subject = await world.announce({ text: text(`${end.kind} ${code}`) });
    if (end.kind !== 'upload_expired') await world.run('readContent', subject);
    await world.run('endIngest', { ...subject, end });
    const rows = await rowsOf(world, subject);
    expect(rows['version']).toMatchObject([{ state, error_code: code }]);
    expect(rows['run']).toEqual([{ state: runState, error_code: code }]);
    for (const content of rows['contents'] ?? [])
      expect(content).toMatchObject({ state: contentState, lease_run_id: null });
    const events = await eventsOf(world, subject);
    await world.run('endIngest', { ...subject, end }, 2);
    expect(await rowsOf(world, subject)).toEqual(rows);
    expect(await eventsOf(world, subject)).toEqual(events);
  });

  it('never takes back what is indexed', async () => {
    const subject = await world.index({ text: text('lexicon') });
    const rows = await rowsOf(world, subject);
    await world.run('endIngest', { ...subject, end: { kind: 'cancelled' } });
    expect(await rowsOf(world, subject)).toEqual(rows);
  });
});

describe('findUploadedObject', () => {
  it('waits by failed attempts that come further and further apart, and says no only at last', async () => {
    const subject = await world.announce({ text: text('absence'), stored: false });
    const delays: unknown[] = [];
    for (const attempt of [1, 2, 3, 50]) {
      const look = world.run('findUploadedObject', { ...subject, lastLook: false }, attempt);
      delays.push(await look.catch((error: unknown) => error));
    }
    expect(delays).toMatchObject([2, 3, 4.5, 15].map((retryAfterSeconds) => ({ retryAfterSeconds })));
    expect(await world.run('findUploadedObject', { ...subject, lastLook: true })).toBe(false);
  });

  it('finds what was stored without a word', async () => {
    const subject = await world.announce({ text: text('presence') });
    expect(await world.run('findUploadedObject', { ...subject, lastLook: false })).toBe(true);
  });
});
