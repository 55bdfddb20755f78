import type { Embedder } from '@docket/adapters/embedding';
import { QueryEmbeddings } from '@docket/adapters/embedding/queries';
import { describe, expect, it } from '@jest/globals';

class CountingEmbedder implements Embedder {
  readonly provider = 'counting';
  readonly model = 'counting';
  readonly dimension = 1;
  readonly local = false;
  readonly asked: string[] = [];
  failing = false;

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    this.asked.push(...texts);
    if (this.failing) throw new Error('down');
    return texts.map(() => Float32Array.of(this.asked.length));
  }
}

describe('vectors of queries', () => {
  it('are asked for once, also by two searches at the same time', async () => {
    const embedder = new CountingEmbedder();
    const kept = new QueryEmbeddings();
    const both = await Promise.all([kept.vector(1, embedder, 'a'), kept.vector(1, embedder, 'a')]);
    expect(await kept.vector(1, embedder, 'a')).toBe(both[0]);
    expect(both[1]).toBe(both[0]);
    expect(embedder.asked).toEqual(['a']);
  });

  it('belong to one profile', async () => {
    const embedder = new CountingEmbedder();
    const kept = new QueryEmbeddings();
    await kept.vector(1, embedder, 'a');
    await kept.vector(2, embedder, 'a');
    expect(embedder.asked).toEqual(['a', 'a']);
  });

  it('are forgotten, the one unused for longest first, when there are too many', async () => {
    const embedder = new CountingEmbedder();
    const kept = new QueryEmbeddings(2);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await kept.vector(1, embedder, text);
    expect(embedder.asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('are asked for again after a failure', async () => {
    const embedder = new CountingEmbedder();
    const kept = new QueryEmbeddings();
    embedder.failing = true;
    await expect(kept.vector(1, embedder, 'a')).rejects.toThrow('down');
    embedder.failing = false;
    await kept.vector(1, embedder, 'a');
    expect(embedder.asked).toEqual(['a', 'a']);
  });
});
