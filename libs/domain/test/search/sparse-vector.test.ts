import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSparseVector, parseSparseVector } from '@docket/domain/search/sparse-vector';

describe('sparse vectors', () => {
  it('are written as pgvector reads them: indices ascending, zeros left out', () => {
    const weights = new Map([
      [7, 1.25],
      [1, 0.5],
      [30, 0.00001],
      [1_000_000_000, 2],
    ]);
    expect(formatSparseVector(weights)).toBe('{1:0.5,7:1.25,1000000000:2}/1000000000');
    expect(formatSparseVector(new Map())).toBe('{}/1000000000');
  });

  it('come back as they were, to four decimals', () => {
    const entry = fc.tuple(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.double({ min: 0.001, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const weights = new Map(entries);
        const back = parseSparseVector(formatSparseVector(weights));
        expect(back.size).toBe(weights.size);
        for (const [index, weight] of weights) expect(back.get(index)).toBeCloseTo(weight, 3);
      }),
    );
  });

  it.each([
    [0, 1],
    [1_000_000_001, 1],
    [1.5, 1],
    [1, Number.NaN],
    [1, Number.POSITIVE_INFINITY],
  ])('refuse index %d with weight %d', (index, weight) => {
    expect(() => formatSparseVector(new Map([[index, weight]]))).toThrow(RangeError);
  });

  it.each(['', '[1,2]', '{1:2', '{1}/10', '{:1}/10', '{0:1}/10', '{1:x}/10'])(
    'refuse the text "%s"',
    (text) => {
      expect(() => parseSparseVector(text)).toThrow(RangeError);
    },
  );
});
