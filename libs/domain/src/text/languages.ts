import { ENGLISH_STOP_WORDS } from './english-stop-words.js';

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
}

export const LANGUAGES = {
  en: { stemmer: 'english', stopWords: ENGLISH_STOP_WORDS, foldsBeforeStemming: true },
} as const satisfies Record<string, LanguageRules>;

/** Languages with rules of their own, as BCP 47 primary subtags. */
export type AnalyserLanguage = keyof typeof LANGUAGES;

/**
 * Used for text of any other language. A query does not say its language, so text and query must meet in the
 * same analysis; English stemming leaves most foreign words alone.
 */
export const DEFAULT_LANGUAGE: AnalyserLanguage = 'en';

/**
 * The analyser's rules for a BCP 47 tag such as `en-GB`; for `auto`, `und` and languages without rules, the
 * default.
 */
export function analyserLanguage(tag: string): AnalyserLanguage {
  const primary = tag.toLowerCase().split('-', 1)[0] ?? '';
  return isAnalyserLanguage(primary) ? primary : DEFAULT_LANGUAGE;
}

function isAnalyserLanguage(value: string): value is AnalyserLanguage {
  return Object.hasOwn(LANGUAGES, value);
}
