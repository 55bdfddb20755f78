import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyse, analyserLanguage } from '@docket/domain/text/analyser';

const terms = (text: string): string[] => analyse(text, 'en');

describe('analyse', () => {
  it.each([
    ['The managers are resetting passwords', ['manag', 'reset', 'password']],
    ["The manager's phone", ['manag', 'phone']],
    ["don't, can’t and the rest", ['rest']],
    ['résumés naïve Zürich straße', ['resum', 'naiv', 'zurich', 'strass']],
    ['ＡＢＣ ﬁle', ['abc', 'file']],
  ])('folds, stems and drops stop words: %s', (text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  it.each([
    ['LSP-4012', ['lsp-4012', 'lsp', '4012']],
    ['LSP4012', ['lsp4012', 'lsp', '4012']],
    ['2.14.1', ['2.14.1', '2.14']],
    ['v2.14.1', ['v2.14.1', '2.14.1', '2.14']],
    ['max_retry_count', ['max_retry_count', 'max', 'retri', 'count']],
    ['externalId', ['externalid', 'extern', 'id']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['PDFs', ['pdfs']],
    ['sign-ups', ['sign-up', 'signup', 'sign', 'up']],
    ['$3.20 for 1,000', ['3.20', '1000']],
  ])('finds codes, versions and identifiers whole and in parts: %s', (text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  it.each([
    ['LSP-4012', 'lsp 4012'],
    ['e-mail', 'email'],
    ['userName', 'username'],
    ['2.14.1', '2.14'],
    ['1,000 people', '1000 people'],
    ['東京都庁', '東京'],
    ['manager’s', "manager's"],
  ])('lets %s be found by %s', (text, query) => {
    const found = new Set(terms(text));
    expect(terms(query).some((term) => found.has(term))).toBe(true);
  });

  it('makes bigrams of scripts without spaces, and keeps what stands between them', () => {
    expect(terms('東京へ行く')).toEqual(['東京', '京へ', 'へ行', '行く']);
    expect(terms('Pro版')).toEqual(['pro', '版']);
    expect(terms('が')).toEqual(['が']);
  });

  it('gives a text of stop words no terms', () => {
    expect(terms('to be or not to be')).toEqual([]);
    expect(terms(' \n ')).toEqual([]);
  });

  it('takes any string, and answers the same whatever was analysed before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const first = terms(text);
        expect(terms(text)).toEqual(first);
        expect(first.every((term) => term.length > 0)).toBe(true);
      }),
    );
  });

  it('does not change with upper case in plain words', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,60}$/u), (text) => {
        expect(terms(text.toUpperCase())).toEqual(terms(text));
      }),
    );
  });

  it.each(['a', 'a-', '東', '1,000', "a'", '_', '.'])('reads a megabyte of %s within a second', (unit) => {
    const startedAt = performance.now();
    terms(unit.repeat(Math.ceil(1_000_000 / unit.length)));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('analyserLanguage', () => {
  it.each(['en', 'en-GB', 'EN', 'auto', 'und', 'xx', ''])('has rules for the tag "%s"', (tag) => {
    expect(analyserLanguage(tag)).toBe('en');
  });
});
