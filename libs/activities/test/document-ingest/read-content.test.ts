import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { storageKeys } from '@docket/adapters/storage/keys';
import { ParserStalled } from '@docket/adapters/parsing/parser-stalled';
import { StorageFault } from '@docket/adapters/storage';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { PARSER_STALLS_MAX } from '../../src/document-ingest/document-ingest.dependencies.js';
import { IngestWorld, STORAGE_FAILURES } from './support/ingest-world.ts';
import { eventsOf, rowsOf } from './support/rows.ts';

const TEXT = (subject: string): string =>
  `# About ${subject}\n\n${subject} are kept in the shed.\n\n## Care\n\n${`Oil the ${subject} twice a year. `.repeat(30)}\n`;

describe('readContent', () => {
  let world: IngestWorld;
  beforeAll(async () => {
    world = await IngestWorld.open();
  }, 60_000);
  beforeEach(() => {
    world.beforeParse = async () => undefined;
  });
  afterAll(() => world.close(), 60_000);

  it('keeps original, text, passages, weights and vectors, and nothing under the staging key', async () => {
    const subject = await world.announce({ text: TEXT('shears') });
    const result = await world.run('readContent', subject);
    expect(result).toMatchObject({ outcome: 'parsed', fencingToken: 1, missingVectors: 0 });
    const rows = await rowsOf(world, subject);
    const count = result.outcome === 'parsed' ? result.chunkCount : 0;
    expect(count).toBeGreaterThan(0);
    expect([rows['chunks'], rows['weights'], rows['vectors']].map((found) => found?.length)).toEqual([
      count,
      count,
      count,
    ]);
    expect(rows['version']).toMatchObject([{ state: 'processing', step: 'index' }]);
    const contentId = result.outcome === 'parsed' ? result.contentId : '';
    expect(await world.storage.head(storageKeys.original(world.orgId, contentId))).not.toBeNull();
    expect(await world.storage.head(storageKeys.text(world.orgId, contentId))).not.toBeNull();
    expect(await world.storage.head(await world.stagingKeyOf(subject))).toBeNull();
    expect(await eventsOf(world, subject)).toEqual(
      ['receive', 'verify', 'parse', 'chunk', 'embed'].map((step) => `${step} succeeded`),
    );
  });

  it('done twice leaves the rows of once, and answers the same', async () => {
    const subject = await world.announce({ text: TEXT('rakes') });
    const first = await world.run('readContent', subject);
    const rows = await rowsOf(world, subject);
    expect(await world.run('readContent', subject, 2)).toEqual(first);
    expect(await rowsOf(world, subject)).toEqual(rows);
  });

  it('begun again after a crash in the middle leaves the rows of once, under a new token', async () => {
    const subject = await world.announce({ text: TEXT('hoes') });
    world.beforeParse = async () => {
      throw new Error('the worker died here');
    };
    await expect(world.run('readContent', subject)).rejects.toThrow('the worker died here');
    world.beforeParse = async () => undefined;
    const again = await world.run('readContent', subject, 2);
    expect(again).toMatchObject({ outcome: 'parsed', fencingToken: 2 });
    expect((await rowsOf(world, subject))['chunks']).toHaveLength(
      again.outcome === 'parsed' ? again.chunkCount : -1,
    );
    const events = await eventsOf(world, subject);
    expect(events).toContain('parse retrying');
    expect(events.filter((line) => line === 'receive succeeded')).toHaveLength(1);
  });

  it('says that nothing was received when nothing is there', async () => {
    const subject = await world.announce({ text: TEXT('spades'), stored: false });
    expect(await world.run('readContent', subject)).toEqual({ outcome: 'not_received' });
    expect((await rowsOf(world, subject))['version']).toMatchObject([{ state: 'awaiting_upload' }]);
  });

  it('takes bytes that are indexed already as they are, however often it is asked', async () => {
    const { contentId } = await world.index({ text: TEXT('axes') });
    const subject = await world.announce({ text: TEXT('axes') });
    expect(await world.run('readContent', subject)).toEqual({ outcome: 'reused', contentId });
    expect(await world.run('readContent', subject, 2)).toEqual({ outcome: 'reused', contentId });
    expect(await world.storage.head(await world.stagingKeyOf(subject))).toBeNull();
  });

  it.each([
    ['other bytes than announced', { sha256: Buffer.alloc(32) }, 'upload.checksum_mismatch'],
    ['fewer bytes than announced', { sizeBytes: 9_999 }, 'upload.size_mismatch'],
    ['more bytes than announced', { sizeBytes: 3 }, 'upload.size_mismatch'],
  ])('refuses %s without a word about the content', async (_what, lie, code) => {
    const subject = await world.announce({ text: TEXT('lies'), ...lie });
    await expect(world.run('readContent', subject)).rejects.toMatchObject({ code });
    expect((await rowsOf(world, subject))['contents']).toEqual([]);
  });

  it('counts failures of the storage, and gives up when they are spent', async () => {
    const subject = await world.announce({ text: TEXT('saws') });
    world.beforeParse = async () => {
      throw new StorageFault('the disk is gone');
    };
    for (let attempt = 1; attempt < STORAGE_FAILURES; attempt += 1) {
      await expect(world.run('readContent', subject, attempt)).rejects.toThrow(StorageFault);
    }
    await expect(world.run('readContent', subject, STORAGE_FAILURES)).rejects.toMatchObject({
      code: 'storage.unavailable',
    });
  });

  it('tries again when the parser is given no time, and gives up without a verdict on the bytes', async () => {
    const subject = await world.announce({ text: TEXT('sickles') });
    world.beforeParse = async () => {
      throw new ParserStalled(1);
    };
    for (let attempt = 1; attempt < PARSER_STALLS_MAX; attempt += 1) {
      await expect(world.run('readContent', subject, attempt)).rejects.toThrow(ParserStalled);
    }
    const last = world.run('readContent', subject, PARSER_STALLS_MAX);
    await expect(last).rejects.toMatchObject({ code: 'parser.unavailable' });
    await world.run('endIngest', {
      ...subject,
      end: { kind: 'index_error', code: 'parser.unavailable', message: 'm' },
    });
    world.beforeParse = async () => undefined;
    const again = await world.announce({ text: TEXT('sickles') });
    expect(await world.run('readContent', again)).toMatchObject({ outcome: 'parsed' });
  });

  it('does not wait for a storage that only has something to delete', async () => {
    const subject = await world.announce({ text: TEXT('spades') });
    const broken = jest
      .spyOn(world.storage, 'delete')
      .mockRejectedValue(new StorageFault('the disk is gone'));
    try {
      expect(await world.run('readContent', subject)).toMatchObject({ outcome: 'parsed' });
      expect(await world.run('readContent', subject, 2)).toMatchObject({ outcome: 'parsed' });
    } finally {
      broken.mockRestore();
    }
    const [row] = await world.database.asAdmin(
      'select storage_failures from document_versions where id = $1',
      [subject.versionId],
    );
    expect(row).toEqual({ storage_failures: 0 });
  });

  it('waits for a storage that hangs, which spends none of the failures', async () => {
    const subject = await world.announce({ text: TEXT('planes') });
    world.beforeParse = async () => {
      throw new StorageFault('nothing came', { reason: 'no_answer' });
    };
    for (let attempt = 1; attempt <= STORAGE_FAILURES + 1; attempt += 1) {
      await expect(world.run('readContent', subject, attempt)).rejects.toThrow(StorageFault);
    }
    world.beforeParse = async () => undefined;
    expect(await world.run('readContent', subject)).toMatchObject({ outcome: 'parsed' });
  });

  it('reads and keeps nothing of an upload that is larger than announced', async () => {
    const subject = await world.announce({ text: TEXT('adzes'), sizeBytes: 3 });
    await expect(world.run('readContent', subject)).rejects.toMatchObject({ code: 'upload.size_mismatch' });
    expect(await world.storage.head(await world.stagingKeyOf(subject))).toBeNull();
  });

  it('stops when its run is cancelled, which is no failed attempt', async () => {
    const subject = await world.announce({ text: TEXT('scythes') });
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    let go = (): void => undefined;
    const parsing = new Promise<void>((resolve) => {
      world.beforeParse = async () => {
        resolve();
        await new Promise<void>((free) => (go = free));
      };
    });
    const reading = environment.run(world.activities.readContent, subject);
    await parsing;
    environment.cancel('CANCELLED');
    await expect(reading).rejects.toThrow(CancelledFailure);
    go();
    expect(await eventsOf(world, subject)).not.toContain('parse retrying');
  });
});
