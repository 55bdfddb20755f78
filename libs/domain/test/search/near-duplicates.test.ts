import { foldNearDuplicates } from '@docket/domain/search/near-duplicates';
import { describe, expect, it } from '@jest/globals';

const SENTENCE =
  'Whoever takes the lantern out signs the list beside the door and brings it back the same evening';

function fold(texts: string[], most = 10): Record<string, string[]> {
  const folded = foldNearDuplicates(
    texts.map((text, index) => ({ id: `${index}`, text })),
    most,
  );
  return Object.fromEntries(folded.map(({ id, folded: others }) => [id, others]));
}

describe('passages that say the same', () => {
  it('are one, the first, whatever their case, their marks and the heading above', () => {
    expect(
      fold([
        SENTENCE,
        `Lanterns\n\n${SENTENCE.toUpperCase()}.`,
        'Something else is said here, and at some length.',
      ]),
    ).toEqual({
      0: ['1'],
      2: [],
    });
  });

  it('are two when they differ in a number or a code', () => {
    expect(fold([`${SENTENCE}, room 17`, `${SENTENCE}, room 18`])).toEqual({ 0: [], 1: [] });
  });

  it('are two when one says a sentence more', () => {
    expect(fold([SENTENCE, `${SENTENCE}. The keeper counts them at noon.`])).toEqual({ 0: [], 1: [] });
  });

  it('are not told by a few words', () => {
    expect(fold(['Exports run at night.', 'Exports run at night.'])).toEqual({ 0: [], 1: [] });
  });

  it('make room: as many are kept as were asked for, and what is behind them is left', () => {
    const others = ['apples', 'barrels', 'candles'].map((word) =>
      SENTENCE.replaceAll(/the \w+/gu, `the ${word}`),
    );
    expect(Object.keys(fold([SENTENCE, SENTENCE, ...others], 3))).toEqual(['0', '2', '3']);
  });
});
