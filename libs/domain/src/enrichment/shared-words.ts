/** Words in a row from which a text counts as taken from another: fewer are chance, as "how do I reset my" is. */
const TAKEN_RUN = 5;

/** Words of alphabets, and single characters of scripts that put no space between words. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/**
 * Whether a text repeats a run of words of one of the sources, whatever their case and punctuation. A source that is
 * shorter than a run counts as a whole.
 *
 * @param run words in a row that are looked for
 */
export function sharesWords(text: string, sources: readonly string[], run = TAKEN_RUN): boolean {
  const own = wordsOf(text);
  return sources.some((source) => {
    const words = wordsOf(source);
    const length = Math.min(run, words.length);
    if (length === 0) return false;
    const theirs = runsOf(words, length);
    return [...runsOf(own, length)].some((each) => theirs.has(each));
  });
}

function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

function runsOf(words: readonly string[], length: number): Set<string> {
  const runs = new Set<string>();
  for (let from = 0; from + length <= words.length; from += 1)
    runs.add(words.slice(from, from + length).join(' '));
  return runs;
}
