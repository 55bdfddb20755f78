import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EndIngestInput, IngestSubject } from '@docket/activities/document-ingest/types';
import { PIPELINE_VERSION } from '@docket/domain/document/limits';
import { createHash } from 'node:crypto';
import { newId } from '../../../../test/support/database.ts';
import { untilSomebodyWaits } from '../../../../test/support/lock-waits.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { ErasureWorld } from './support/erasure-world.ts';
import { tracesOf } from '../../../../test/support/traces.ts';

let world: IngestWorld;
let erasures: ErasureWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
  erasures = new ErasureWorld(world);
}, 60_000);
afterAll(() => world.close(), 60_000);

const text = (word: string): string => `# About ${word}\n\nEvery ${word} has its own shelf.\n`;
const long = (word: string): string =>
  Array.from(
    { length: 300 },
    (_, index) => `## ${word} ${index}\n\n${`Word${index} and more. `.repeat(60)}`,
  ).join('\n\n');

/** Everything that an ingest of this text and its erasure may leave: nothing. */
async function expectNoTrace(word: string): Promise<void> {
  // What late activities wrote is looked for by the sweep; here at once.
  const late = await world.database.asAdmin<{ object_key: string }>(
    'delete from object_deletions where is_late returning object_key',
  );
  for (const { object_key } of late) await world.storage.delete(object_key);
  expect(await tracesOf(word, world.database, world.folder)).toEqual([]);
  const rows = await world.database.asAdmin(
    `select 'content' as kind from contents where sha256 = $1
     union all select 'chunk' from chunks c where not exists (select 1 from contents t where t.id = c.content_id)`,
    [createHash('sha256').update(text(word)).digest()],
  );
  expect(rows).toEqual([]);
}

/** The late attempt of an activity: it may say that it is too late, and nothing else may come of it. */
async function late(attempt: Promise<unknown>): Promise<void> {
  const outcome = await attempt.then(
    (result) => (result as { outcome?: string } | undefined)?.outcome ?? 'done',
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );
  expect(['DocketError', 'ContentBusy', 'superseded', 'done']).toContain(outcome);
}

async function stateOf({ versionId, runId }: IngestSubject): Promise<unknown> {
  const [row] = await world.database.asAdmin(
    `select v.state, r.state as run, r.error_code as code from document_versions v, runs r where v.id = $1 and r.id = $2`,
    [versionId, runId],
  );
  return row;
}

const SUPERSEDED = { state: 'deleted', run: 'cancelled', code: 'document.deleted' };

describe('a document deleted', () => {
  it('while its upload is awaited takes none: whoever waits learns it, and late bytes go', async () => {
    const word = 'Archaeopteryx';
    const subject = await world.announce({ text: text(word), stored: false });
    const stagingKey = await world.stagingKeyOf(subject);
    await erasures.erase(subject.documentId);
    expect(await stateOf(subject)).toEqual(SUPERSEDED);
    const looking = world.run('findUploadedObject', { ...subject, lastLook: false });
    await expect(looking).rejects.toMatchObject({ code: 'document.deleted' });
    await world.storage.put(stagingKey, Buffer.from(text(word)));
    await late(world.run('readContent', subject));
    await expectNoTrace(word);
  });

  it('when it is uploaded and nobody has read it leaves nothing to read', async () => {
    const word = 'Confuciusornis';
    const subject = await world.announce({ text: text(word) });
    const receipt = await erasures.erase(subject.documentId);
    expect(receipt.removed).toMatchObject({ uploads: 1, contents: 0, objects: 1 });
    await late(world.run('readContent', subject));
    await expectNoTrace(word);
  });

  it('while it is parsed is not stored when the parser is done', async () => {
    const word = 'Hesperornis';
    const subject = await world.announce({ text: text(word) });
    world.beforeParse = async () => {
      world.beforeParse = async () => undefined;
      await erasures.erase(subject.documentId);
    };
    await late(world.run('readContent', subject));
    expect(await stateOf(subject)).toEqual(SUPERSEDED);
    await late(world.run('readContent', subject, 2));
    await expectNoTrace(word);
  });

  it('while it is parsed, by the request alone, goes with what the parser still stored', async () => {
    const word = 'Ichthyornis';
    const subject = await world.announce({ text: text(word) });
    const requests: Promise<unknown>[] = [];
    world.beforeParse = async () => {
      world.beforeParse = async () => undefined;
      requests.push(erasures.request(subject.documentId));
      await requests[0];
    };
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    // The content may still become one that is indexed; the document does not become searchable through it.
    await world.run('indexContent', { ...subject, ...read });
    const [document] = await world.database.asAdmin('select current_version from documents where id = $1', [
      subject.documentId,
    ]);
    expect(document).toEqual({ current_version: null });
    await erasures.erase(subject.documentId);
    await expectNoTrace(word);
  });

  it('between its passages and its vectors is given none', async () => {
    const word = 'Yanornis';
    const subject = await world.announce({ text: long(word) });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    expect(read.missingVectors).toBeGreaterThan(0);
    const receipt = await erasures.erase(subject.documentId);
    expect(receipt.removed).toMatchObject({ contents: 1, chunks: read.chunkCount, vectors: 0 });
    await late(world.run('embedContentChunks', { ...subject, ...read }));
    await late(world.run('indexContent', { ...subject, ...read }));
    await expectNoTrace(word);
  }, 60_000);

  it('before it is indexed is never searchable', async () => {
    const word = 'Gansus';
    const subject = await world.announce({ text: text(word) });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    await erasures.erase(subject.documentId);
    await late(world.run('indexContent', { ...subject, ...read }));
    await late(world.run('endIngest', { ...subject, end: { kind: 'cancelled' } }));
    expect(await stateOf(subject)).toEqual(SUPERSEDED);
    await expectNoTrace(word);
  });

  it.each<[string, EndIngestInput['end'], boolean]>([
    ['Enaliornis', { kind: 'rejected', code: 'document.unreadable', message: 'Enaliornis' }, true],
    ['Baptornis', { kind: 'index_error', code: 'storage.unavailable', message: 'Baptornis' }, true],
    ['Parahesperornis', { kind: 'upload_expired' }, false],
  ])('after it ended is erased all the same: %s', async (word, end, isRead) => {
    const subject = await world.announce({ text: text(word), stored: isRead });
    if (isRead) await world.run('readContent', subject);
    await world.run('endIngest', { ...subject, end });
    const receipt = await erasures.erase(subject.documentId);
    expect(receipt.removed).toMatchObject({ versions: 1, contents: isRead ? 1 : 0 });
    await late(world.run('readContent', subject));
    await expectNoTrace(word);
  });

  it('with several versions is erased with all of them', async () => {
    const first = await world.index({ text: text('Apsaravis') });
    const second = await world.index({ text: text('Apsaravis two'), after: first });
    const third = await world.announce({ text: text('Apsaravis three'), after: second });
    const receipt = await erasures.erase(first.documentId);
    expect(receipt.removed).toMatchObject({ versions: 3, uploads: 3, contents: 2 });
    expect(await stateOf(third)).toEqual(SUPERSEDED);
    await expectNoTrace('Apsaravis');
  });
});

describe('a content in process when one of its documents is deleted', () => {
  it('is taken up by the other document that waited for it', async () => {
    const held = await world.announce({ text: text('Limenavis') });
    const waiting = await world.announce({ text: text('Limenavis') });
    world.beforeParse = async () => {
      world.beforeParse = async () => undefined;
      await expect(world.run('readContent', waiting)).rejects.toThrow('another run');
      await erasures.erase(held.documentId);
    };
    await late(world.run('readContent', held));
    await expectIndexes(waiting);
  });

  it('is finished by the other document that holds it', async () => {
    const gone = await world.announce({ text: text('Vegavis') });
    const stays = await world.announce({ text: text('Vegavis') });
    await world.run('readContent', gone);
    await letLeaseRunOut(gone);
    const read = await world.run('readContent', stays);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    const receipt = await erasures.erase(gone.documentId);
    expect(receipt).toMatchObject({ removed: { contents: 0 }, kept: { contents: 1 } });
    expect(await world.run('indexContent', { ...stays, ...read })).toMatchObject({ outcome: 'indexed' });
  });

  it('is let go of at once where the deleted document held it, and its late run writes nothing', async () => {
    const stays = await world.announce({ text: text('Polarornis') });
    const gone = await world.announce({ text: text('Polarornis') });
    await world.run('readContent', stays);
    await letLeaseRunOut(stays);
    const read = await world.run('readContent', gone);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    await erasures.erase(gone.documentId);
    expect(await world.run('indexContent', { ...gone, ...read })).toEqual({ outcome: 'superseded' });
    await expectIndexes(stays);
  });
});

describe('a content that is reused at the moment it is erased', () => {
  const identityOf = (content: string) => ({
    sha256: createHash('sha256').update(content).digest(),
    parserKind: 'markdown',
    language: 'auto',
    pipelineVersion: PIPELINE_VERSION,
  });

  it('stays for the version that found it first, which is searchable through it', async () => {
    const gone = await world.index({ text: text('Lithornis') });
    const erasure = await erasures.request(gone.documentId);
    await erasures.run('supersedeDocumentRuns', erasure);
    let erasing: Promise<void> = Promise.resolve();
    const documentId = newId();
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      const content = await tx.contents.findIndexed(identityOf(text('Lithornis')));
      // From here on the erasure waits for this transaction.
      erasing = erasures.run('eraseDocumentRows', erasure);
      await untilSomebodyWaits(world.database);
      const collectionId = await tx.collections.findOrCreate('default', newId());
      const attributes = { title: '', sourceUrl: null, externalKey: null, metadata: {} };
      await tx.documents.insert({ id: documentId, collectionId, ...attributes });
      await tx.versions.insert({
        id: newId(),
        documentId,
        version: 1,
        state: 'indexed',
        contentId: content?.id ?? null,
        runId: null,
        fileName: 'a.md',
        mediaType: 'text/markdown',
        sizeBytes: 1,
        sha256: identityOf(text('Lithornis')).sha256,
        language: 'auto',
        indexedAt: new Date(),
      });
    });
    await erasing;
    const receipt = await erasures.runFrom('eraseDocumentRows', erasure);
    expect(receipt).toMatchObject({ removed: { contents: 0 }, kept: { contents: 1 } });
  });

  it('is not found by a version that comes a moment later', async () => {
    const gone = await world.index({ text: text('Pelagornis') });
    const erasure = await erasures.request(gone.documentId);
    let finding: Promise<unknown> = Promise.resolve('nobody looked');
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      await tx.contentErasures.erase(gone.documentId, gone.contentId);
      finding = world.database.tenants.withTenant(world.orgId, (other) =>
        other.contents.findIndexed(identityOf(text('Pelagornis'))),
      );
      await untilSomebodyWaits(world.database);
    });
    expect(await finding).toBeNull();
    await erasures.runFrom('supersedeDocumentRuns', erasure);
  });
});

async function expectIndexes(subject: IngestSubject): Promise<void> {
  const read = await world.run('readContent', subject, 2);
  if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
  expect(await world.run('indexContent', { ...subject, ...read })).toMatchObject({ outcome: 'indexed' });
}

async function letLeaseRunOut({ runId }: IngestSubject): Promise<void> {
  await world.database.asAdmin(
    `update contents set lease_expires_at = now() - interval '1 second' where lease_run_id = $1`,
    [runId],
  );
}
