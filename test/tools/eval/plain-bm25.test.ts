import { describe, expect, it } from '@jest/globals';
import { PlainBm25 } from '../../../tools/eval/plain-bm25.ts';

const filler = (word: string, count: number): string => Array.from({ length: count }, () => word).join(' ');

describe('the baseline', () => {
  it('cuts a text into windows of 150 words and finds the one with the word', () => {
    const bm25 = new PlainBm25(
      new Map([['a.md', `${filler('lorem', 150)} exports ${filler('ipsum', 10)}`]]),
      'stemmed',
    );
    expect(bm25.search('export', 10)).toEqual([{ document: 'a.md', text: `exports ${filler('ipsum', 10)}` }]);
  });

  it('prefers the rare word, then the word that stands more often', () => {
    const bm25 = new PlainBm25(
      new Map([
        ['common.md', 'rota rota shift'],
        ['more.md', 'shift shift'],
        ['rare.md', 'shift payroll'],
      ]),
      'plain',
    );
    expect(bm25.search('payroll shift', 10).map(({ document }) => document)).toEqual([
      'rare.md',
      'more.md',
      'common.md',
    ]);
  });

  it('reads words as written when it is plain, and by their stems when it is not', () => {
    const documents = new Map([['a.md', 'exports at night']]);
    expect(new PlainBm25(documents, 'plain').search('export', 10)).toEqual([]);
    expect(new PlainBm25(documents, 'stemmed').search('export', 10)).toHaveLength(1);
  });
});
