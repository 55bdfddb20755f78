import { describe, expect, it } from '@jest/globals';
import { expandQuery } from '@docket/domain/search/query-expansion';

const flat = (): number => 1;
const sum = (weights: ReadonlyMap<number, number>): number =>
  [...weights.values()].reduce((total, each) => total + each, 0);

describe('expandQuery', () => {
  it('adds what the best passages share, and keeps half for the query', () => {
    const expanded = expandQuery(
      new Map([[1, 3]]),
      [
        {
          score: 2,
          weights: new Map([
            [1, 1],
            [2, 1],
          ]),
        },
        {
          score: 1,
          weights: new Map([
            [2, 1],
            [3, 1],
          ]),
        },
      ],
      flat,
    );
    expect(sum(expanded)).toBeCloseTo(1);
    expect(expanded.get(1)).toBeCloseTo(0.5 + 0.5 * (2 / 6));
    expect(expanded.get(2) ?? 0).toBeGreaterThan(expanded.get(3) ?? 0);
  });

  it('takes no more terms and passages than asked for, with ties by term id', () => {
    const weights = new Map([
      [5, 1],
      [4, 1],
      [3, 1],
      [2, 1],
    ]);
    const ignored = { score: 9, weights: new Map([[99, 1]]) };
    const expanded = expandQuery(new Map([[1, 1]]), [{ score: 1, weights }, ignored], flat, {
      passages: 1,
      terms: 2,
      originalShare: 0.5,
    });
    expect([...expanded.keys()].sort()).toEqual([1, 2, 3]);
  });

  it('prefers rare terms to common ones', () => {
    const idf = (id: number): number => (id === 2 ? 0.1 : 5);
    const expanded = expandQuery(
      new Map([[1, 1]]),
      [
        {
          score: 1,
          weights: new Map([
            [2, 3],
            [3, 1],
          ]),
        },
      ],
      idf,
      {
        passages: 10,
        terms: 1,
        originalShare: 0.5,
      },
    );
    expect(expanded.has(3)).toBe(true);
    expect(expanded.has(2)).toBe(false);
  });

  it('leaves the query as it is when there is nothing to learn from', () => {
    expect(
      expandQuery(
        new Map([
          [1, 3],
          [2, 1],
        ]),
        [],
        flat,
      ),
    ).toEqual(
      new Map([
        [1, 0.75],
        [2, 0.25],
      ]),
    );
    expect(expandQuery(new Map(), [], flat).size).toBe(0);
    expect(expandQuery(new Map([[1, 1]]), [{ score: 0, weights: new Map([[2, 1]]) }], flat).size).toBe(1);
  });
});
