import { HashedEmbedder } from '@docket/adapters/embedding/hashed';
import { EmbedderUnavailable } from '@docket/adapters/embedding/unavailable';
import { DocketError } from '@docket/domain/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IngestWorld } from './support/ingest-world.ts';
import { eventsOf, rowsOf } from './support/rows.ts';

const LONG = Array.from(
  { length: 300 },
  (_, index) => `## Part ${index}\n\n${`Word${index} and more. `.repeat(60)}`,
).join('\n\n');

describe('an embedder that is down', () => {
  let world: IngestWorld;
  beforeAll(async () => {
    world = await IngestWorld.open();
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  async function parsed(title: string) {
    const subject = await world.announce({ text: `# ${title}\n\n${LONG}` });
    const read = await world.run('readContent', subject);
    if (read.outcome !== 'parsed') throw new Error('it should be parsed');
    return { ...subject, contentId: read.contentId, fencingToken: read.fencingToken };
  }

  function answer(error: Error): void {
    const hashed = new HashedEmbedder();
    const { provider, model, dimension, local } = hashed;
    world.embedder = { provider, model, dimension, local, embed: () => Promise.reject(error) };
  }

  it('is waited for, which version, run and history say, and work goes on when it is back', async () => {
    const input = await parsed('patience');
    answer(new EmbedderUnavailable('connect ECONNREFUSED'));
    for (const attempt of [1, 2])
      await expect(world.run('embedContentChunks', input, attempt)).rejects.toThrow('ECONNREFUSED');
    expect(await rowsOf(world, input)).toMatchObject({
      version: [{ state: 'waiting_for_provider', step: 'embed', error_code: 'embedding.unavailable' }],
      run: [{ state: 'waiting', error_code: 'embedding.unavailable' }],
    });
    expect((await eventsOf(world, input)).filter((line) => line === 'embed retrying')).toHaveLength(2);
    world.embedder = new HashedEmbedder();
    expect(await world.run('embedContentChunks', input, 3)).toEqual({ missingVectors: 0 });
    expect(await rowsOf(world, input)).toMatchObject({
      version: [{ state: 'processing', step: 'index', error_code: null }],
      run: [{ state: 'running', error_code: null }],
    });
  }, 60_000);

  it('is not waited for when it refuses for good', async () => {
    const input = await parsed('refusal');
    answer(new DocketError('embedding.rejected', 'Too long.'));
    await expect(world.run('embedContentChunks', input)).rejects.toMatchObject({
      code: 'embedding.rejected',
    });
    expect((await rowsOf(world, input))['version']).toMatchObject([{ state: 'processing' }]);
  }, 60_000);
});
