import { describe, expect, it } from '@jest/globals';
import { findQuote } from '@docket/domain/enrichment/find-quote';
import fc from 'fast-check';

describe('a quote', () => {
  it('is found through other white space and other quotation marks, and given back as the source has it', () => {
    const text = 'Press ‘Export’\u00a0now,\n\n  then wait – “really”.';
    const found = findQuote(text, 'Press \'Export\' now, then wait – "really".');
    expect(found).toEqual({ start: 0, end: text.length, quote: text });
  });

  it('is not found when a letter, a digit, a dash or the case differs', () => {
    const text = 'It takes 45 minutes – at most.';
    for (const quote of [
      'It takes 54 minutes – at most.',
      'It takes 45 minutes - at most.',
      'it takes 45 minutes',
    ])
      expect(findQuote(text, quote)).toBeNull();
  });

  it('is the part of the source between its offsets, wherever it is cut from', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'B', ' ', '\n', '“', "'", '\u00a0', '7', 'é', '😀'),
          maxLength: 80,
        }),
        fc.nat(),
        fc.nat(),
        (text, from, length) => {
          const quote = text.slice(from % (text.length + 1), (from % (text.length + 1)) + (length % 40));
          const found = findQuote(text, quote);
          if (!found) return quote.replace(/\s+/g, ' ').trim().length < 12;
          return text.slice(found.start, found.end) === found.quote && findQuote(text, found.quote) !== null;
        },
      ),
    );
  });
});
