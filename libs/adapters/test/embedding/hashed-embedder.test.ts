import type { Embedder } from '@docket/adapters/embedding';
import { HashedEmbedder } from '@docket/adapters/embedding/hashed';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const embedder: Embedder = new HashedEmbedder();

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

function similarity(left: Float32Array | undefined, right: Float32Array | undefined): number {
  if (!left || !right) throw new Error('a vector is missing');
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

describe('the hashed embedder', () => {
  it('is named for what it is, in the space of the profile that the migration made', () => {
    expect(embedder).toMatchObject({
      provider: 'hashed',
      model: 'hashed-character-ngrams-2048',
      dimension: 2_048,
      local: true,
    });
  });

  it('gives one vector per text, in order, each as it would be alone', async () => {
    const texts = ['exports run at night', 'payroll', 'exports run at night', 'Überstunden werden vergütet'];
    const together = await embedder.embed(texts, 'passage');
    const alone = await Promise.all(texts.map(async (text) => (await embedder.embed([text], 'passage'))[0]));
    expect(together).toEqual(alone);
    expect(together[0]).toEqual(together[2]);
    expect(together[0]).not.toEqual(together[1]);
    expect(await embedder.embed([], 'passage')).toEqual([]);
  });

  it('gives vectors of its dimension and of length one, or zero where a text holds nothing to embed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 5 }),
        async (texts) => {
          const vectors = await embedder.embed(texts, 'passage');
          expect(vectors).toHaveLength(texts.length);
          for (const vector of vectors) {
            expect(vector).toHaveLength(embedder.dimension);
            const length = lengthOf(vector);
            expect(length === 0 || Math.abs(length - 1) < 1e-5).toBe(true);
          }
        },
      ),
    );
    const [words, nothing] = await embedder.embed(['payroll exports', ' … '], 'passage');
    expect(lengthOf(words ?? new Float32Array())).toBeCloseTo(1, 5);
    expect(lengthOf(nothing ?? new Float32Array(1).fill(1))).toBe(0);
  });

  it('embeds a query into the same space as a passage, near to what is spelled alike', async () => {
    const [passage, other] = await embedder.embed(
      ['Payroll exports run every night', 'Parking spaces for visitors'],
      'passage',
    );
    const [query] = await embedder.embed(['payrol export'], 'query');
    expect(similarity(query, passage)).toBeGreaterThan(0.3);
    expect(similarity(query, passage)).toBeGreaterThan(similarity(query, other) + 0.2);
  });
});
