import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IngestSubject } from '@docket/activities/document-ingest/types';
import { StorageFault } from '@docket/adapters/storage';
import type { StaleFrom } from '@docket/db/tables/content';
import { newId } from '../../../../test/support/database.ts';
import { IngestWorld } from './support/ingest-world.ts';
import { eventsOf, rowsOf } from './support/rows.ts';

const text = (subject: string): string => `# ${subject}\n\nEvery ${subject} has its own shelf.\n`;
const CANCELLED = { kind: 'cancelled' } as const;

let world: IngestWorld;
let parses = 0;

beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
beforeEach(() => {
  parses = 0;
  world.execution = newId();
  world.beforeParse = async () => {
    parses += 1;
  };
});
afterAll(() => world.close(), 60_000);

/** What the API writes when somebody asks for a retry, or for a rerun from a step; the next execution is another. */
async function takeUp(subject: IngestSubject, from: StaleFrom | null = null): Promise<void> {
  world.execution = newId();
  await world.database.tenants.withTenant(world.orgId, async (tx) => {
    const version = await tx.versions.find(subject.versionId);
    await tx.versions.reopen(subject.versionId, 'uploaded', 'parse');
    if (from && version?.contentId) await tx.contents.makeStale(version.contentId, subject.runId, from, 120);
    await tx.runs.requeue(subject.runId, 'parse', {});
  });
}

/** Passages of a content as search sees them, and how often the org counts them. */
async function searchable(subject: IngestSubject): Promise<{ current: number; counted: number }> {
  const [row] = await world.database.asAdmin<{ current: number; counted: number }>(
    `select (select count(*)::integer from documents d join chunk_lexical l on l.content_id = d.current_content_id
              where d.id = $1) as current,
            (select coalesce(sum(deltas[1]), 0)::integer from lexeme_changes) as counted`,
    [subject.documentId],
  );
  return row ?? { current: -1, counted: -1 };
}

async function chunkIdsOf({ contentId }: { contentId: string }): Promise<string[]> {
  const rows = await world.database.asAdmin<{ id: string }>(
    'select id from chunks where content_id = $1 order by ordinal',
    [contentId],
  );
  return rows.map(({ id }) => id);
}

describe('a retry', () => {
  it('skips reading and parsing when the passages are stored, and says so', async () => {
    const subject = await world.announce({ text: text('atlas') });
    await world.run('readContent', subject);
    await world.run('endIngest', { ...subject, end: CANCELLED });
    await takeUp(subject);
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should be parsed');
    expect(parses).toBe(1);
    expect(await eventsOf(world, subject)).toContain('parse skipped');
    await world.run('indexContent', {
      ...subject,
      contentId: read.contentId,
      fencingToken: read.fencingToken,
    });
    const rows = await rowsOf(world, subject);
    expect(rows).toMatchObject({
      version: [{ state: 'indexed' }],
      run: [{ state: 'succeeded', error_code: null }],
      executions: [{ open: false }, { open: false }],
    });
  });

  it('reads what was frozen when its upload is gone and nothing was parsed', async () => {
    const subject = await world.announce({ text: text('globe') });
    world.beforeParse = async () => {
      throw new StorageFault('the disk is gone');
    };
    await expect(world.run('readContent', subject)).rejects.toThrow(StorageFault);
    await world.storage.delete(await world.stagingKeyOf(subject));
    await world.run('endIngest', { ...subject, end: CANCELLED });
    world.beforeParse = async () => undefined;
    await takeUp(subject);
    expect(await world.run('readContent', subject)).toMatchObject({ outcome: 'parsed', chunkCount: 1 });
  });

  it('takes what another run made of the same bytes meanwhile', async () => {
    const subject = await world.announce({ text: text('compass') });
    await world.run('readContent', subject);
    await world.run('endIngest', { ...subject, end: CANCELLED });
    const other = await world.index({ text: text('compass') });
    await takeUp(subject);
    expect(await world.run('readContent', subject)).toEqual({
      outcome: 'reused',
      contentId: other.contentId,
    });
  });

  it('is not disturbed by what the execution before it still has in hand', async () => {
    const subject = await world.announce({ text: text('sextant') });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should be parsed');
    const late = world.execution;
    await world.run('endIngest', { ...subject, end: CANCELLED });
    const ended = await rowsOf(world, subject);
    const index = { ...subject, contentId: read.contentId, fencingToken: read.fencingToken };
    expect(await world.run('indexContent', index)).toEqual({ outcome: 'superseded' });
    await expect(world.run('readContent', subject)).rejects.toMatchObject({ code: 'run.terminated' });
    expect(await rowsOf(world, subject)).toEqual(ended);
    await takeUp(subject);
    world.execution = late;
    await expect(world.run('readContent', subject)).rejects.toMatchObject({ code: 'run.terminated' });
  });

  it('is not ended by a repeat of the last step of the execution before it, whose worker died', async () => {
    const subject = await world.announce({ text: text('quadrant') });
    const end = {
      ...subject,
      end: { kind: 'index_error', code: 'storage.unavailable', message: 'm' },
    } as const;
    const dead = world.execution;
    await world.run('endIngest', end);
    await takeUp(subject);
    const waiting = await rowsOf(world, subject);
    expect(waiting['run']).toMatchObject([{ state: 'queued' }]);
    world.execution = dead;
    await world.run('endIngest', end);
    expect(await rowsOf(world, subject)).toEqual(waiting);
  });

  it('is not told of success by a repeat of indexing from before it', async () => {
    const subject = await world.announce({ text: text('astrolabe') });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should be parsed');
    const index = { ...subject, contentId: read.contentId, fencingToken: read.fencingToken };
    const dead = world.execution;
    await world.run('indexContent', index);
    await takeUp(subject);
    const waiting = await rowsOf(world, subject);
    world.execution = dead;
    expect(await world.run('indexContent', index)).toEqual({ outcome: 'superseded' });
    expect(await rowsOf(world, subject)).toEqual(waiting);
  });
});

describe('a reset in Temporal of an execution that had ended', () => {
  it('takes run and version up again with the first activity of the new one', async () => {
    const subject = await world.announce({ text: text('chart') });
    await world.run('endIngest', { ...subject, end: CANCELLED });
    world.execution = newId();
    await world.run('readContent', subject);
    expect(await rowsOf(world, subject)).toMatchObject({
      version: [{ state: 'processing', error_code: null }],
      run: [{ state: 'running', error_code: null }],
    });
    expect(await eventsOf(world, subject)).toContain('receive started');
  });
});

describe('a rerun', () => {
  it.each(['parse', 'embed'] as const)(
    'from %s makes it anew, stays searchable all the while, and counts its terms once',
    async (from) => {
      const subject = await world.index({ text: text(`lens of ${from}`) });
      const before = await searchable(subject);
      const [old] = (await rowsOf(world, subject))['chunks'] ?? [];
      const ids = await chunkIdsOf(subject);
      parses = 0;
      await takeUp(subject, from);
      expect(await searchable(subject)).toMatchObject({ current: before.current });
      const read = await world.run('readContent', subject);
      if (read.outcome !== 'parsed') throw new Error('it should be parsed');
      expect(parses).toBe(from === 'parse' ? 1 : 0);
      expect(read.missingVectors).toBe(from === 'parse' ? 0 : 1);
      expect(await searchable(subject)).toMatchObject({ current: before.current });
      const { contentId, fencingToken } = read;
      if (from === 'embed') await world.run('embedContentChunks', { ...subject, contentId, fencingToken });
      await world.run('indexContent', { ...subject, contentId, fencingToken });
      expect(await searchable(subject)).toEqual(before);
      const rows = await rowsOf(world, subject);
      expect(rows['chunks']).toEqual([old]);
      // What was answered from them is still backed by them.
      expect(await chunkIdsOf(subject)).toEqual(ids);
      expect(rows['vectors']).toHaveLength(1);
      expect(rows).toMatchObject({ version: [{ state: 'indexed' }], run: [{ state: 'succeeded' }] });
    },
  );

  it('that ends before it replaced anything leaves version and content as they were', async () => {
    const subject = await world.index({ text: text('prism') });
    const before = { rows: await rowsOf(world, subject), found: await searchable(subject) };
    await takeUp(subject, 'parse');
    world.beforeParse = async () => {
      throw new StorageFault('the disk is gone');
    };
    await expect(world.run('readContent', subject)).rejects.toThrow(StorageFault);
    await world.run('endIngest', { ...subject, end: CANCELLED });
    const { run, executions: _, ...rest } = await rowsOf(world, subject);
    expect(run).toEqual([{ state: 'cancelled', error_code: 'run.cancelled' }]);
    const { run: __, executions: ___, ...was } = before.rows;
    expect(rest).toEqual(was);
    expect(await searchable(subject)).toEqual(before.found);
  });

  it('that fails after a release that parses otherwise leaves the version on the content it had', async () => {
    const subject = await world.index({ text: text('compass') });
    await world.database.asAdmin(
      'update contents set pipeline_version = pipeline_version - 1 where id = $1',
      [subject.contentId],
    );
    await takeUp(subject);
    world.beforeParse = async () => {
      throw new StorageFault('the disk is gone');
    };
    await expect(world.run('readContent', subject)).rejects.toThrow(StorageFault);
    const [during] = await world.database.asAdmin<{ content_id: string }>(
      'select content_id from document_versions where id = $1',
      [subject.versionId],
    );
    expect(during?.content_id).not.toBe(subject.contentId);
    await world.run('endIngest', { ...subject, end: CANCELLED });
    const [after] = await world.database.asAdmin(
      'select state, content_id from document_versions where id = $1',
      [subject.versionId],
    );
    expect(after).toEqual({ state: 'indexed', content_id: subject.contentId });
  });

  it('of one of two documents that share a content leaves the other as it was', async () => {
    const one = await world.index({ text: text('mirror') });
    const other = await world.index({ text: text('mirror') });
    const before = await rowsOf(world, other);
    await takeUp(one, 'parse');
    const read = await world.run('readContent', one);
    if (read.outcome !== 'parsed') throw new Error('it should be parsed');
    expect((await searchable(other)).current).toBe(1);
    await world.run('indexContent', { ...one, contentId: read.contentId, fencingToken: read.fencingToken });
    expect(await rowsOf(world, other)).toEqual(before);
  });
});
