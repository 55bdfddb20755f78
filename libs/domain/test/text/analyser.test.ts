import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ANALYSER_LANGUAGES,
  analyse,
  analyseQuery,
  analyserLanguage,
  languageTerm,
  queryVocabulary,
  type AnalyserLanguage,
} from '@docket/domain/text/analyser';

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

  it.each(['a', 'a-', '東', '1,000', "a'", '_', '.'])('reads a megabyte of %s in linear time', (unit) => {
    const startedAt = performance.now();
    terms(unit.repeat(Math.ceil(1_000_000 / unit.length)));
    // Linear work is done in a fraction of a second, also on a busy machine; what is quadratic takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe('analyse, in a language other than English', () => {
  it.each<[AnalyserLanguage, string, string]>([
    ['de', 'die Schichten der Filialen', 'Schicht Filiale'],
    ['de', 'Schlüssel und Straße', 'Schluessel Strasse'],
    ['de', 'ein neuer Schlüssel', 'neue Schlussel'],
    ['es', 'la configuración de los turnos', 'configuracion turno'],
    ['es', 'las configuraciones', 'configuración'],
    ['fr', "l'horaire de l’équipe", 'horaires équipes'],
    ['fr', 'les congés', 'conge'],
    ['it', "l'orario dell'ufficio", 'orari uffici'],
    ['pt', 'as configurações do turno', 'configuração turnos'],
    ['nl', 'de diensten van collega’s', 'dienst'],
  ])('%s: "%s" is found by every word of "%s"', (language, passage, query) => {
    const found = new Set(analyse(passage, language));
    for (const word of query.split(' ')) {
      expect(analyseQuery(word, [language]).filter((term) => found.has(term))).toHaveLength(1);
    }
  });

  it.each<[AnalyserLanguage, string]>([
    ['de', 'Was ist das und warum ist es so'],
    ['es', '¿qué es esto y por qué?'],
    ['fr', "pourquoi il est là avec eux, jusqu'à quand"],
    ['it', "dov'è e perché non c'è ancora"],
    ['pt', 'o que é isto e por quê'],
    ['nl', 'wat is dit en waarom'],
  ])('%s: drops the function words of "%s"', (language, text) => {
    expect(analyse(text, language).filter((term) => term.length > 3)).toEqual([]);
  });
});

describe('a query', () => {
  it('is read by the rules of each language, and a term that readings share counts once', () => {
    expect(analyseQuery('turnos', ['en', 'es'])).toEqual(['turno', 'turn']);
    expect(analyseQuery('LSP-4012', ['en', 'de', 'fr'])).toEqual(['lsp-4012', 'lsp', '4012']);
  });

  it('repeats a word that it says twice', () => {
    expect(analyseQuery('exports and exports', ['en'])).toEqual(['export', 'export']);
  });

  it('loses the function words of the language it is asked in from every reading', () => {
    expect(analyseQuery('die Schichten', ['en', 'de'])).toEqual(['schichten', 'schicht']);
    expect(analyseQuery('die casting', ['en'])).toEqual(['die', 'cast']);
  });

  it('has no term outside its vocabulary, whatever the languages', () => {
    const words = fc.constantFrom(
      'die',
      'Schichten',
      'to',
      'configuración',
      "l'équipe",
      'man',
      'LSP-4012',
      '東京',
    );
    fc.assert(
      fc.property(fc.array(words), fc.subarray([...ANALYSER_LANGUAGES]), (asked, languages) => {
        const vocabulary = new Set(queryVocabulary(asked.join(' ')));
        for (const term of analyseQuery(asked.join(' '), languages)) expect(vocabulary).toContain(term);
      }),
    );
  });
});

describe('analyserLanguage', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['DE-at', 'de'],
    ['auto', 'en'],
    ['und', 'en'],
    ['xx', 'en'],
    ['', 'en'],
  ])('reads the tag "%s" by the rules of %s', (tag, language) => {
    expect(analyserLanguage(tag)).toBe(language);
  });

  it('counts each language under a pseudo-term that no term can have', () => {
    const terms = ANALYSER_LANGUAGES.map(languageTerm);
    expect(new Set(terms).size).toBe(ANALYSER_LANGUAGES.length);
    expect(Math.max(...terms)).toBeLessThan(0);
  });
});
