/**
 * Scripts that write no spaces between words. Hangul does, but its words carry particles, and bigrams find
 * the word inside; Thai, Lao, Khmer and Burmese would need a dictionary for less gain.
 */
const UNSEGMENTED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々';

const ANY = new RegExp(`[${UNSEGMENTED}]`, 'u');
const RUNS = new RegExp(`[${UNSEGMENTED}]+|[^${UNSEGMENTED}]+`, 'gu');

/**
 * Whether a word holds a letter of a script without spaces. Checked per word, so plain ASCII answers first.
 */
export function hasUnsegmented(word: string): boolean {
  return ANY.test(word);
}

/** Cuts a word where scripts without spaces begin and end: `Pro版` gives `Pro`, `版`. */
export function splitUnsegmented(word: string): string[] {
  return word.match(RUNS) ?? [];
}

/** Overlapping pairs of code points, the usual way to index CJK; a single character stands alone. */
export function bigrams(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  const pairs: string[] = [];
  let previous: string | null = null;
  for (const character of characters) {
    if (previous !== null) pairs.push(previous + character);
    previous = character;
  }
  return pairs;
}
