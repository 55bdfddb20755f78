import { storageKeys } from '@docket/adapters/storage/keys';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../../../test/support/database.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EndIngestInput, IngestSubject } from '@docket/activities/document-ingest/types';
import { MockActivityEnvironment } from '@temporalio/testing';
import { ErasureWorld, storageAway } from '../document-erasure/support/erasure-world.ts';
import { filesBelow } from '../../../../test/support/traces.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { sweepOf } from './support/sweep-of.ts';

let world: IngestWorld;
let erasures: ErasureWorld;
/** Thrown by the next call to the storage. */
let fault: Error | null = null;
beforeAll(async () => {
  world = await IngestWorld.open();
  erasures = new ErasureWorld(world);
}, 60_000);
afterAll(() => world.close(), 60_000);

/** Minute 30, unless a test wants the first of the hour. */
async function sweep(minute = 30): Promise<{ uploads: number; late: number }> {
  const { clearLeftovers } = sweepOf(world.database, {
    storage: {
      head: (key) => world.storage.head(key),
      listWrittenBefore: (...of) => world.storage.listWrittenBefore(...of),
      delete: (key) => (fault ? Promise.reject(fault) : world.storage.delete(key)),
    },
    now: () => {
      const now = new Date();
      now.setUTCMinutes(minute);
      return now;
    },
  });
  return new MockActivityEnvironment().run(clearLeftovers);
}

/** A version that has ended so, its address having run out an hour ago, and an object under its staging key. */
async function endedWithObject(end: EndIngestInput['end'], name: string): Promise<IngestSubject> {
  const subject = await world.announce({ text: `# ${name}\n\nThe ${name} is here.\n` });
  await world.run('endIngest', { ...subject, end });
  await world.database.asAdmin(
    `update uploads set expires_at = now() - interval '1 hour' where version_id = $1`,
    [subject.versionId],
  );
  return subject;
}

async function isStaged(subject: IngestSubject): Promise<boolean> {
  return (await world.storage.head(await world.stagingKeyOf(subject))) !== null;
}

describe('the sweep', () => {
  it('removes the staging objects of versions that ended for good, once, and keeps what a retry reads', async () => {
    const rejected = await endedWithObject(
      { kind: 'rejected', code: 'upload.type_mismatch', message: 'm' },
      'a',
    );
    const expired = await endedWithObject({ kind: 'upload_expired' }, 'b');
    const failed = await endedWithObject(
      { kind: 'index_error', code: 'storage.unavailable', message: 'm' },
      'c',
    );
    const waiting = await world.announce({ text: '# d\n\nThis one waits.\n' });
    expect(await sweep()).toEqual({ uploads: 2, late: 0 });
    expect(await Promise.all([rejected, expired, failed, waiting].map(isStaged))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(await sweep()).toEqual({ uploads: 0, late: 0 });
  });

  it('leaves an object alone while its address may still be written to', async () => {
    const subject = await endedWithObject({ kind: 'upload_expired' }, 'e');
    await world.database.asAdmin(
      `update uploads set expires_at = now() - interval '5 minutes' where version_id = $1`,
      [subject.versionId],
    );
    expect(await sweep()).toEqual({ uploads: 0, late: 0 });
    expect(await isStaged(subject)).toBe(true);
  });

  it('removes staging objects of more than a day that no row knows, once an hour', async () => {
    const known = await world.announce({ text: '# h\n\nThis one waits, too.\n' });
    const unknown = storageKeys.staging(world.orgId, newId());
    await world.storage.put(unknown, Buffer.from('a text without a row'));
    const young = storageKeys.staging(world.orgId, newId());
    await world.storage.put(young, Buffer.from('its row may still come'));
    const old = new Date(Date.now() - 25 * 3_600_000);
    for (const key of [unknown, await world.stagingKeyOf(known)])
      utimesSync(join(world.folder, key), old, old);
    await sweep();
    expect(await world.storage.head(unknown)).not.toBeNull();
    await sweep(0);
    expect(await world.storage.head(unknown)).toBeNull();
    expect(await world.storage.head(young)).not.toBeNull();
    expect(await isStaged(known)).toBe(true);
  });

  it('goes on where it stopped when the storage was away', async () => {
    const subject = await endedWithObject({ kind: 'upload_expired' }, 'f');
    fault = storageAway();
    expect(await sweep()).toEqual({ uploads: 0, late: 0 });
    fault = null;
    expect(await sweep()).toEqual({ uploads: 1, late: 0 });
    expect(await isStaged(subject)).toBe(false);
  });

  it('removes what was written after an erasure, when it is due, and the history of the erasure tells of it', async () => {
    const subject = await world.announce({ text: '# g\n\nNot yet here.\n', stored: false });
    const stagingKey = await world.stagingKeyOf(subject);
    const erasure = await erasures.request(subject.documentId);
    const receipt = await erasures.runFrom('supersedeDocumentRuns', erasure);
    expect(receipt.lookedAtAgainAt).not.toBeNull();
    await world.storage.put(stagingKey, Buffer.from('too late'));
    expect(await sweep()).toEqual({ uploads: 0, late: 0 });
    await world.database.asAdmin(`update object_deletions set due_at = now() - interval '1 second'`);
    expect(await sweep()).toEqual({ uploads: 0, late: 1 });
    expect(filesBelow(world.folder).filter((path) => path.endsWith(stagingKey))).toEqual([]);
    const [line] = await world.database.asAdmin<{ what: string }>(
      'select what from run_events where run_id = $1 order by id desc limit 1',
      [erasure.runId],
    );
    expect(line?.what).toBe('Removed an object that was written after the erasure, 8 bytes');
  });
});
