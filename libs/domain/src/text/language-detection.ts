import { LANGUAGES } from './languages.js';

/** Code units looked at: a few paragraphs decide, and the cost of a 20 MB text must not. */
const SAMPLE_CHARACTERS = 8_192;

/**
 * Share of stop words among all words from which a text counts as being in that language. English prose has
 * 0.35 to 0.5 of them, tables and lists 0.1 to 0.2, other European languages below 0.05 by the few words they
 * share.
 */
const LEAST_SHARE = 0.08;

/**
 * The language of a text by its share of stop words, as a BCP 47 primary subtag; `und` when no language that
 * the analyser knows reaches 8 %, as in code, numbers or another language.
 */
export function detectLanguage(text: string): string {
  const words =
    text
      .slice(0, SAMPLE_CHARACTERS)
      .toLowerCase()
      .match(/[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu) ?? [];
  let best = 'und';
  let bestShare = LEAST_SHARE;
  for (const [language, { stopWords }] of Object.entries(LANGUAGES)) {
    const share = words.filter((word) => stopWords.has(word)).length / words.length;
    if (share >= bestShare) {
      best = language;
      bestShare = share;
    }
  }
  return best;
}
