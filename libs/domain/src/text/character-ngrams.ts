import { foldCase, foldDiacritics, normalise } from './folding.js';

export const SHORTEST_NGRAM = 3;
export const LONGEST_NGRAM = 5;

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Code units of a word that are read: longer runs are data, and would only fill the vector. */
const LONGEST_WORD = 64;

/** The words of a text with their counts, folded by case and diacritics but not stemmed. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of foldDiacritics(foldCase(normalise(text))).matchAll(WORD)) {
    const kept = word.slice(0, LONGEST_WORD);
    counts.set(kept, (counts.get(kept) ?? 0) + 1);
  }
  return counts;
}

/**
 * The hashes of the character n-grams (3 to 5) of one word, its ends marked by a space as in fastText's subwords
 * (Bojanowski et al. 2017): ` sign `, ` sig`, `sign`, `ign `. Each is a 32-bit FNV-1a over UTF-16 code units,
 * unsigned; a word of one letter gives one hash, as its marked form has three characters.
 */
export function ngramHashes(word: string): Uint32Array {
  const marked = ` ${word} `;
  const hashes: number[] = [];
  for (let start = 0; start + SHORTEST_NGRAM <= marked.length; start += 1) {
    let hash = 0x811c9dc5;
    const end = Math.min(marked.length, start + LONGEST_NGRAM);
    for (let index = start; index < end; index += 1) {
      hash = Math.imul(hash ^ marked.charCodeAt(index), 0x01000193);
      if (index - start + 1 >= SHORTEST_NGRAM) hashes.push(mixed(hash));
    }
  }
  return Uint32Array.from(hashes);
}

/** The last step of MurmurHash3: spreads FNV's weak upper bits, of which sign and bucket are taken. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
