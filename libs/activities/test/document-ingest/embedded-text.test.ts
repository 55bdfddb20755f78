import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IngestWorld } from './support/ingest-world.ts';

const DETAIL =
  '# Exports\n\n## Formats\n\n### Columns\n\nEach column has a name of its own.\n\nSome have two.\n';
/** Above what a parser child makes vectors for. */
const MORE = Array.from({ length: 300 }, (_, index) => `## Part ${index}\n\n${`Word${index}. `.repeat(60)}`);

describe('the vector of a passage', () => {
  let world: IngestWorld;
  beforeAll(async () => {
    world = await IngestWorld.open();
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  async function vectorOfDetail(text: string): Promise<{ madeBy: string; vector: string | undefined }> {
    const subject = await world.announce({ text });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should be parsed');
    const { contentId, fencingToken, missingVectors } = read;
    if (missingVectors > 0) await world.run('embedContentChunks', { ...subject, contentId, fencingToken });
    const [row] = await world.database.asAdmin<{ vector: string }>(
      `select e.embedding::text as vector from chunk_embeddings e join chunks c on c.id = e.chunk_id
        where c.content_id = $1 and c.text like '%Each column has%'`,
      [contentId],
    );
    return { madeBy: missingVectors > 0 ? 'an embedder' : 'the parser', vector: row?.vector };
  }

  it('is the same in a long document as in a short one, headings above it and all', async () => {
    const short = await vectorOfDetail(DETAIL);
    const long = await vectorOfDetail([DETAIL, ...MORE].join('\n\n'));
    expect([short.madeBy, long.madeBy]).toEqual(['the parser', 'an embedder']);
    expect(short.vector).toBeDefined();
    expect(long.vector).toBe(short.vector);
  }, 60_000);
});
