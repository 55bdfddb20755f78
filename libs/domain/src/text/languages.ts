import { DUTCH_STOP_WORDS } from './dutch-stop-words.js';
import { ENGLISH_STOP_WORDS } from './english-stop-words.js';
import { FRENCH_STOP_WORDS } from './french-stop-words.js';
import { GERMAN_STOP_WORDS } from './german-stop-words.js';
import { ITALIAN_STOP_WORDS } from './italian-stop-words.js';
import { PORTUGUESE_STOP_WORDS } from './portuguese-stop-words.js';
import { SPANISH_STOP_WORDS } from './spanish-stop-words.js';

/** What the analyser has to know of a language. A further language is a further row, nothing else. */
export interface LanguageRules {
  /** Name of the Snowball algorithm, as the stemmer package calls it. */
  readonly stemmer: string;
  readonly stopWords: ReadonlySet<string>;
  /**
   * Whether accents go before stemming. In English they are foreign to the stemmer ("résumés"); languages
   * whose Snowball rules read accents are folded after it.
   */
  readonly foldsBeforeStemming: boolean;
  /** An article or pronoun that is written on to the word after it: the `l'` of `l'horaire`. */
  readonly elision?: RegExp;
  /** Spellings that stand for a letter: `ue` for `ü`, by those who lack the key. */
  readonly respellings?: readonly (readonly [RegExp, string])[];
  /** Under this pseudo-term an org counts its passages of this language. Stored: never give one a second meaning. */
  readonly countTerm: number;
}

/**
 * After a vowel or q the pair is no umlaut: Feuer, Quelle. The few other words that are respelled by mistake
 * (aktuell) are so in passage and query alike.
 */
const GERMAN_RESPELLINGS = [
  [/(?<![aeiouq])ue/gu, 'ü'],
  [/(?<![aeiou])ae/gu, 'ä'],
  [/(?<![aeiou])oe/gu, 'ö'],
] as const;

const FRENCH_ELISION = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'/u;
const ITALIAN_ELISION =
  /^(?:[cdlmnstv]|un|gl|dell|all|dall|nell|sull|coll|quest|quell|bell|sant|tutt|senz)'/u;

export const LANGUAGES = {
  en: { stemmer: 'english', stopWords: ENGLISH_STOP_WORDS, foldsBeforeStemming: true, countTerm: -1 },
  de: {
    stemmer: 'german',
    stopWords: GERMAN_STOP_WORDS,
    foldsBeforeStemming: false,
    respellings: GERMAN_RESPELLINGS,
    countTerm: -2,
  },
  es: { stemmer: 'spanish', stopWords: SPANISH_STOP_WORDS, foldsBeforeStemming: false, countTerm: -3 },
  fr: {
    stemmer: 'french',
    stopWords: FRENCH_STOP_WORDS,
    foldsBeforeStemming: false,
    elision: FRENCH_ELISION,
    countTerm: -4,
  },
  it: {
    stemmer: 'italian',
    stopWords: ITALIAN_STOP_WORDS,
    foldsBeforeStemming: false,
    elision: ITALIAN_ELISION,
    countTerm: -5,
  },
  pt: { stemmer: 'portuguese', stopWords: PORTUGUESE_STOP_WORDS, foldsBeforeStemming: false, countTerm: -6 },
  nl: { stemmer: 'dutch', stopWords: DUTCH_STOP_WORDS, foldsBeforeStemming: false, countTerm: -7 },
} as const satisfies Record<string, LanguageRules>;

/** Languages with rules of their own, as BCP 47 primary subtags. */
export type AnalyserLanguage = keyof typeof LANGUAGES;

export const ANALYSER_LANGUAGES = Object.keys(LANGUAGES).filter(isAnalyserLanguage);

/** Used for text of any other language, of which English stemming leaves most words alone. */
export const DEFAULT_LANGUAGE: AnalyserLanguage = 'en';

/**
 * The analyser's rules for a BCP 47 tag such as `en-GB`; for `auto`, `und` and languages without rules, the
 * default.
 */
export function analyserLanguage(tag: string): AnalyserLanguage {
  const primary = tag.toLowerCase().split('-', 1)[0] ?? '';
  return isAnalyserLanguage(primary) ? primary : DEFAULT_LANGUAGE;
}

/** The pseudo-term under which passages of a language are counted; negative, where real terms are positive. */
export function languageTerm(language: AnalyserLanguage): number {
  return LANGUAGES[language].countTerm;
}

function isAnalyserLanguage(value: string): value is AnalyserLanguage {
  return Object.hasOwn(LANGUAGES, value);
}
