import { describe, expect, it } from '@jest/globals';
import { sharesWords } from '@docket/domain/enrichment/shared-words';

const SOURCE = 'The payroll export runs every night at 02:00. It takes about four minutes.';

describe('whether a text is taken from a source', () => {
  it.each([
    ['a quote in other case and punctuation', 'He said: “PAYROLL EXPORT, runs every night”!', true],
    ['four words in a row', 'The export: payroll export runs every Tuesday', false],
    ['the same words in another order', 'Every night the export of payroll runs', false],
    ['nothing', '', false],
  ])('%s', (_, text, expected) => {
    expect(sharesWords(text, ['Something else.', SOURCE])).toBe(expected);
  });

  it('is seen without spaces, and for a source that is one word', () => {
    expect(
      sharesWords('答えは給与のエクスポートは毎晩です', ['給与のエクスポートは毎晩実行されます。']),
    ).toBe(true);
    expect(sharesWords('Ask Quetzalcoatlus.', ['Quetzalcoatlus'])).toBe(true);
    expect(sharesWords('anything', [''])).toBe(false);
  });
});
