import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IngestSubject } from '@docket/activities/document-ingest/types';
import { until } from '../../../../test/support/until.ts';
import { IngestWorld } from './support/ingest-world.ts';
import { eventsOf, rowsOf } from './support/rows.ts';

const text = (subject: string): string => `# ${subject}\n\nEvery ${subject} hangs on its own nail.\n`;

describe('of two runs with the same bytes', () => {
  let world: IngestWorld;
  beforeAll(async () => {
    world = await IngestWorld.open();
  }, 60_000);
  beforeEach(() => {
    world.beforeParse = async () => undefined;
  });
  afterAll(() => world.close(), 60_000);

  /** As when a run has shown no sign of life for the length of its lease. */
  async function runOutLeases(): Promise<void> {
    await world.database.asAdmin(`update contents set lease_expires_at = now() - interval '1 second'`);
  }

  it('the second comes back later while the first is at work, and keeps what that one stored when it takes over', async () => {
    const first = await world.announce({ text: text('hammer') });
    const second = await world.announce({ text: text('hammer') });
    await world.run('readContent', first);
    await expect(world.run('readContent', second)).rejects.toMatchObject({
      name: 'ContentBusy',
      retryAfterSeconds: 0.5,
    });
    expect((await rowsOf(world, second))['version']).toMatchObject([
      { state: 'awaiting_upload', content_id: null },
    ]);
    expect(await eventsOf(world, second)).toEqual([]);
    await runOutLeases();
    await world.run('readContent', second, 2);
    expect(await eventsOf(world, second)).toEqual(['receive succeeded', 'verify succeeded', 'parse skipped']);
  });

  it('the second does not read its file to learn that it has to wait', async () => {
    const first = await world.announce({ text: text('mallet') });
    const second = await world.announce({ text: text('mallet'), stored: false });
    await world.run('readContent', first);
    for (const [attempt, retryAfterSeconds] of [
      [1, 0.5],
      [3, 2],
      [30, 5],
    ] as const) {
      const waits = { name: 'ContentBusy', retryAfterSeconds };
      await expect(world.run('readContent', second, attempt)).rejects.toMatchObject(waits);
    }
  });

  it('the first keeps its claim for as long as it is at work, however long that is', async () => {
    const short = await IngestWorld.open({ leaseSeconds: 1 });
    const leaseEndsAt = async (): Promise<number> => {
      const [row] = await short.database.asAdmin<{ at: Date }>('select lease_expires_at as at from contents');
      return row?.at.getTime() ?? 0;
    };
    try {
      const slow = await short.announce({ text: text('vice') });
      short.beforeParse = async () => {
        const firstEnd = await leaseEndsAt();
        await until('its claim has been renewed past its first end', async () => Date.now() > firstEnd + 500);
        expect(await leaseEndsAt()).toBeGreaterThan(Date.now());
      };
      expect(await short.run('readContent', slow)).toMatchObject({ outcome: 'parsed', fencingToken: 1 });
    } finally {
      await short.close();
    }
  });

  it('the second takes over when the first has shown no sign of life, with a higher token', async () => {
    const first = await world.announce({ text: text('chisel') });
    const second = await world.announce({ text: text('chisel') });
    await world.run('readContent', first);
    await runOutLeases();
    expect(await world.run('readContent', second)).toMatchObject({ outcome: 'parsed', fencingToken: 2 });
  });

  it('the one that was overtaken writes nothing more', async () => {
    const slow = await world.announce({ text: text('plane') });
    const fast = await world.announce({ text: text('plane') });
    world.beforeParse = async () => {
      world.beforeParse = async () => undefined;
      await runOutLeases();
      await world.run('readContent', fast);
    };
    await expect(world.run('readContent', slow)).rejects.toMatchObject({ name: 'ContentBusy' });
    expect(await eventsOf(world, slow)).not.toContain('parse succeeded');
    expect((await rowsOf(world, fast))['contents']).toMatchObject([{ lease_run_id: fast.runId }]);
    const index = await world.run('indexContent', {
      ...slow,
      contentId: await contentOf(fast),
      fencingToken: 1,
    });
    expect(index).toEqual({ outcome: 'superseded' });
    expect((await rowsOf(world, slow))['version']).toMatchObject([{ state: 'processing' }]);
    expect((await rowsOf(world, slow))['document']).toMatchObject([{ current_version: null }]);
  });

  it('the one that was overtaken after reading waits for the other, and reuses what it made', async () => {
    const slow = await world.announce({ text: text('vice') });
    const fast = await world.announce({ text: text('vice') });
    await world.run('readContent', slow);
    await runOutLeases();
    const read = await world.run('readContent', fast);
    // Its own upload is gone, but it was received: never "not received", which would end in upload_expired.
    await expect(world.run('readContent', slow)).rejects.toMatchObject({ name: 'ContentBusy' });
    const contentId = await contentOf(fast);
    await world.run('indexContent', {
      ...fast,
      contentId,
      fencingToken: read.outcome === 'parsed' ? read.fencingToken : 0,
    });
    expect(await world.run('readContent', slow)).toEqual({ outcome: 'reused', contentId });
  });

  it('the one that was overtaken after reading takes it up again when the other gave up', async () => {
    const slow = await world.announce({ text: text('clamp') });
    const fast = await world.announce({ text: text('clamp') });
    await world.run('readContent', slow);
    await runOutLeases();
    await world.run('readContent', fast);
    await world.run('endIngest', { ...fast, end: { kind: 'cancelled' } });
    expect(await world.run('readContent', slow)).toMatchObject({
      outcome: 'parsed',
      fencingToken: 4,
      chunkCount: 1,
    });
  });

  it('the second is rejected as the first was, when the bytes are at fault', async () => {
    const first = await world.announce({ text: ' \n ' });
    await expect(world.run('readContent', first)).rejects.toMatchObject({ code: 'document.empty' });
    const end = { kind: 'rejected', code: 'document.empty', message: 'It is empty.' } as const;
    await world.run('endIngest', { ...first, end });
    const second = await world.announce({ text: ' \n ' });
    await expect(world.run('readContent', second)).rejects.toMatchObject({
      code: 'document.empty',
      message: 'It is empty.',
    });
  });

  async function contentOf(subject: IngestSubject): Promise<string> {
    const [row] = await world.database.asAdmin<{ content_id: string }>(
      'select content_id from document_versions where id = $1',
      [subject.versionId],
    );
    return row?.content_id ?? '';
  }
});
