import type { IngestSubject } from '@docket/activities/document-ingest/types';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../../test/support/database.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { ErasureWorld } from './support/erasure-world.ts';

let world: IngestWorld;
let erasures: ErasureWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
  erasures = new ErasureWorld(world);
}, 60_000);
afterAll(() => world.close(), 60_000);

const text = (word: string): string => `# About ${word}\n\nEvery ${word} has its own shelf.\n`;

describe('a document deleted while it is made anew, of bytes that another document uses,', () => {
  /** Two documents of one content, whose vectors the first is about to make again. */
  async function halfMade(word: string): Promise<[IngestSubject & { contentId: string }, IngestSubject]> {
    const first = await world.index({ text: text(word) });
    const second = await world.index({ text: text(word) });
    await world.database.tenants.withTenant(world.orgId, async (tx) => {
      await tx.versions.reopen(first.versionId, 'uploaded', 'embed');
      await tx.contents.makeStale(first.contentId, first.runId, 'embed', 120);
      await tx.runs.requeue(first.runId, 'embed', {});
    });
    world.execution = newId();
    expect(await world.run('readContent', first)).toMatchObject({ outcome: 'parsed', missingVectors: 1 });
    world.execution = null;
    return [first, second];
  }

  async function contentOf(id: string): Promise<unknown> {
    const [row] = await world.database.asAdmin(
      `select state, (select count(*)::integer from chunk_embeddings where content_id = c.id) as vectors
         from contents c where id = $1`,
      [id],
    );
    return row;
  }

  it('leaves the rest to the run of that document', async () => {
    const [first, second] = await halfMade('Baptornis');
    await erasures.erase(first.documentId);
    expect(await stateOf(second)).toMatchObject({ state: 'uploaded', run: 'queued' });
    world.execution = newId();
    const read = await world.run('readContent', second);
    if (read.outcome !== 'parsed') throw new Error('it should have been parsed');
    await world.run('embedContentChunks', { ...second, ...read });
    await world.run('indexContent', { ...second, ...read });
    world.execution = null;
    expect(await stateOf(second)).toMatchObject({ state: 'indexed', run: 'succeeded' });
    expect(await contentOf(first.contentId)).toEqual({ state: 'indexed', vectors: 1 });
  });

  it('waits where the organisation has no place for that run', async () => {
    const [first, second] = await halfMade('Eoalulavis');
    // It has the only place.
    await world.announce({ text: text('Elsornis') });
    const erasure = await erasures.request(first.documentId);
    await erasures.run('supersedeDocumentRuns', erasure);
    await withoutPlaceForRuns(async () => {
      const refused = erasures.run('eraseDocumentRows', erasure);
      // Not an error of Docket's own, which would be the erasure's end.
      await expect(refused).rejects.toMatchObject({
        name: 'Error',
        message: expect.stringContaining('no place'),
      });
    });
    await erasures.runFrom('eraseDocumentRows', erasure);
    expect(await stateOf(second)).toMatchObject({ state: 'uploaded', run: 'queued' });
  });

  async function withoutPlaceForRuns(work: () => Promise<void>): Promise<void> {
    const [before] = await world.database.asAdmin<{ places: string | null }>(
      `select concurrent_runs as places from plans where name = 'enterprise'`,
    );
    const change = (places: string | null): Promise<unknown> =>
      world.database.asAdmin(`update plans set concurrent_runs = $1 where name = 'enterprise'`, [places]);
    await change('1');
    await work();
    await change(before?.places ?? null);
  }

  it('leaves it searchable as it is when that document has no run', async () => {
    const [first, second] = await halfMade('Enaliornis');
    await world.database.asAdmin('update document_versions set run_id = null where id = $1', [
      second.versionId,
    ]);
    await erasures.erase(first.documentId);
    expect(await contentOf(first.contentId)).toEqual({ state: 'indexed', vectors: 0 });
  });

  async function stateOf({ versionId, runId }: IngestSubject): Promise<unknown> {
    const [row] = await world.database.asAdmin(
      `select v.state, r.state as run from document_versions v, runs r where v.id = $1 and r.id = $2`,
      [versionId, runId],
    );
    return row;
  }
});
