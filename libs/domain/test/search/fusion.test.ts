import { describe, expect, it } from '@jest/globals';
import { fuse, FUSION_DEPTH } from '@docket/domain/search/fusion';

describe('fuse', () => {
  it('stretches each leg to 0..1 and adds the weighted shares', () => {
    const fused = fuse([
      {
        weight: 0.75,
        hits: [
          { id: 'a', score: 30 },
          { id: 'b', score: 20 },
          { id: 'c', score: 10 },
        ],
      },
      {
        weight: 0.25,
        hits: [
          { id: 'c', score: 0.9 },
          { id: 'd', score: 0.1 },
        ],
      },
    ]);
    expect(fused.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(fused.map(({ score }) => score)).toEqual([0.75, 0.375, 0.25, 0]);
  });

  it('leaves a leg of weight 0 out altogether', () => {
    const fused = fuse([
      { weight: 1, hits: [{ id: 'a', score: 1 }] },
      { weight: 0, hits: [{ id: 'b', score: 9 }] },
    ]);
    expect(fused).toEqual([{ id: 'a', score: 1 }]);
  });

  it('orders ties by id whatever order they came in', () => {
    const hits = ['b', 'c', 'a'].map((id) => ({ id, score: 5 }));
    expect(fuse([{ weight: 1, hits }]).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(fuse([{ weight: 1, hits: [...hits].reverse() }]).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('lets the best hundred of a leg take part, in whatever order they come', () => {
    const hits = Array.from({ length: 150 }, (_, index) => ({ id: `h${index}`, score: index }));
    const fused = fuse([{ weight: 1, hits }]);
    expect(fused).toHaveLength(FUSION_DEPTH);
    expect(fused[0]).toEqual({ id: 'h149', score: 1 });
    expect(fused.at(-1)).toEqual({ id: 'h50', score: 0 });
  });

  it('answers with nothing when no leg has a hit', () => {
    expect(fuse([{ weight: 1, hits: [] }])).toEqual([]);
    expect(fuse([])).toEqual([]);
  });
});
