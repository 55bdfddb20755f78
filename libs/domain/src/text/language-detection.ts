import { ANALYSER_LANGUAGES, LANGUAGES, type AnalyserLanguage } from './languages.js';

/** Code units looked at: a few paragraphs decide, and the cost of a 20 MB text must not. */
const SAMPLE_CHARACTERS = 8_192;

/**
 * Share of stop words among all words from which a text counts as being in that language. English prose has
 * 0.35 to 0.5 of them, tables and lists 0.1 to 0.2, other European languages below 0.05 by the few words they
 * share.
 */
const LEAST_SHARE = 0.08;

const WORDS = /[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu;

/**
 * Languages that their script gives away, in the order of asking: Japanese mixes kana into Han, Chinese has Han
 * alone. The share is of letters; a foreign name in a text stays below it.
 */
const SCRIPTS = [
  ['ko', /\p{Script=Hangul}/gu],
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['zh', /\p{Script=Han}/gu],
  ['th', /\p{Script=Thai}/gu],
] as const;
const LEAST_SCRIPT_SHARE = 0.2;
const LETTERS = /\p{L}/gu;

/**
 * The language of a text as a BCP 47 primary subtag: by its script where that decides, else by its share of the stop
 * words of each candidate. `und` when no language reaches 8 %, as in code, numbers or a language without rules.
 */
export function detectLanguage(
  text: string,
  candidates: readonly AnalyserLanguage[] = ANALYSER_LANGUAGES,
): string {
  const sample = text.slice(0, SAMPLE_CHARACTERS).toLowerCase().replaceAll('’', "'");
  const letters = count(sample, LETTERS);
  for (const [language, script] of SCRIPTS) {
    if (letters > 0 && count(sample, script) / letters >= LEAST_SCRIPT_SHARE) return language;
  }
  const words = sample.match(WORDS) ?? [];
  let best = 'und';
  let bestShare = LEAST_SHARE;
  for (const language of candidates) {
    const { stopWords } = LANGUAGES[language];
    const share = words.filter((word) => stopWords.has(word)).length / words.length;
    if (share > bestShare || (share === bestShare && best === 'und')) {
      best = language;
      bestShare = share;
    }
  }
  return best;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
