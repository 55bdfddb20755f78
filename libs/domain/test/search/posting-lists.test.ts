import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestPostings, type PostingList } from '../../src/search/posting-lists.js';

/** As Postgres packs them. */
function packed(postings: readonly (readonly [place: number, weight: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * postings.length));
  postings.forEach(([place, weight], index) => {
    view.setInt32(8 * index, place);
    view.setFloat32(8 * index + 4, weight);
  });
  return new Uint8Array(view.buffer);
}

function named(places: readonly { block: string; place: number }[]): string[] {
  return places.map(({ block, place }) => `${block}/${place}`).toSorted();
}

/** Lists of two blocks; weights are quarters, so that sums are exact in any order. */
const someLists = fc.array(
  fc.record({
    block: fc.constantFrom('9', '10'),
    weight: fc.integer({ min: 1, max: 8 }),
    postings: fc
      .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 8 })), {
        selector: ([place]) => place,
        minLength: 1,
      })
      .map((postings) =>
        postings.toSorted(([one], [other]) => one - other).map(([place, n]) => [place, n / 4] as const),
      ),
  }),
  { maxLength: 6 },
);

describe('the best of posting lists', () => {
  it('are the places with the highest sums, as adding them one by one finds them', () => {
    fc.assert(
      fc.property(someLists, fc.integer({ min: 1, max: 20 }), (lists, most) => {
        const sums = new Map<string, { block: string; place: number; score: number }>();
        for (const { block, weight, postings } of lists) {
          for (const [place, own] of postings) {
            const known = sums.get(`${block}/${place}`) ?? { block, place, score: 0 };
            sums.set(`${block}/${place}`, { ...known, score: known.score + weight * own });
          }
        }
        const expected = [...sums.values()]
          .sort(
            (one, other) =>
              other.score - one.score || Number(one.block) - Number(other.block) || one.place - other.place,
          )
          .slice(0, most);
        const packedLists: PostingList[] = lists.map((list) => ({
          ...list,
          postings: packed(list.postings),
        }));
        expect(named(bestPostings(packedLists, most))).toEqual(named(expected));
      }),
    );
  });

  it('are read from wherever in a buffer a list lies', () => {
    const whole = packed([
      [7, 9],
      [1, 1],
      [2, 2],
    ]);
    const lists = [{ block: '1', weight: 1, postings: whole.subarray(8) }];
    expect(bestPostings(lists, 1)).toEqual([{ block: '1', place: 2 }]);
  });

  it('are none of no lists', () => {
    expect(bestPostings([], 10)).toEqual([]);
  });
});
