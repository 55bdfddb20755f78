import { describe, expect, it } from '@jest/globals';
import { characterSimilarities, type SimilarityCandidate } from '@docket/domain/search/character-similarity';

const candidate = (text: string, title = '', headings: string[] = []): SimilarityCandidate => ({
  title,
  headings,
  text,
});

describe('characterSimilarities', () => {
  it('sees through typos and inflections', () => {
    const [near = 0, far = 0] = characterSimilarities('bloom pirce anual billing', [
      candidate('Annual billing of Bloom: prices and discounts'),
      candidate('Pair a kiosk tablet with a location'),
    ]);
    expect(near).toBeGreaterThan(0.2);
    expect(near).toBeGreaterThan(2 * far);
  });

  it('reads titles and headings as well as the text', () => {
    const [byTitle = 0, byHeading = 0, neither = 0] = characterSimilarities('geofencing', [
      candidate('Set the radius.', 'Geofencing'),
      candidate('Set the radius.', '', ['Geofencing']),
      candidate('Set the radius.'),
    ]);
    expect(byTitle).toBeGreaterThan(0);
    expect(byHeading).toBeCloseTo(byTitle);
    expect(neither).toBe(0);
  });

  it('gives 1 for the query itself and 0 where nothing is shared', () => {
    const scores = characterSimilarities('reset the kiosk', [
      candidate('reset the kiosk'),
      candidate('xyzzy'),
      candidate(''),
    ]);
    expect(scores[0]).toBeCloseTo(1);
    expect(scores[1]).toBe(0);
    expect(scores[2]).toBe(0);
  });

  it('answers for no candidates and for a query without words', () => {
    expect(characterSimilarities('anything', [])).toHaveLength(0);
    expect([...characterSimilarities('?!', [candidate('text')])]).toEqual([0]);
  });
});
