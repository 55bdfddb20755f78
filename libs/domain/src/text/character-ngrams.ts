import { foldCase, foldDiacritics, normalise } from './folding.js';

const SHORTEST_NGRAM = 3;
const LONGEST_NGRAM = 5;

const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;

/** Code units of a word that are read: longer runs are data, and would only fill the vector. */
const LONGEST_WORD = 64;

/**
 * The words of a text with their counts, folded by case and diacritics but not stemmed. Read by hand rather
 * than by a regular expression: re-ranking reads 130 kB per query, and this takes a third of the time.
 */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const folded = foldCase(normalise(text));
  let start = -1;
  let isAscii = true;
  for (let index = 0; index <= folded.length; index += 1) {
    if (index < folded.length && isWordCharacter(folded, index)) {
      if (start < 0) start = index;
      if (folded.charCodeAt(index) >= 0x80) isAscii = false;
    } else if (start >= 0) {
      const raw = folded.slice(start, Math.min(index, start + LONGEST_WORD));
      const word = isAscii ? raw : foldDiacritics(raw);
      counts.set(word, (counts.get(word) ?? 0) + 1);
      start = -1;
      isAscii = true;
    }
  }
  return counts;
}

/**
 * The hashes of the character n-grams (3 to 5) of one word, its ends marked by a space as in fastText's
 * subwords (Bojanowski et al. 2017): of ` sign ` these are ` si`, ` sig`, ` sign`, `sig` and so on. Each is a
 * 32-bit FNV-1a over UTF-16 code units, mixed once more, unsigned.
 */
export function ngramHashes(word: string): Uint32Array {
  const marked = ` ${word} `;
  const hashes = new Uint32Array(ngramCount(marked.length));
  let filled = 0;
  for (let start = 0; start + SHORTEST_NGRAM <= marked.length; start += 1) {
    let hash = 0x811c9dc5;
    const end = Math.min(marked.length, start + LONGEST_NGRAM);
    for (let index = start; index < end; index += 1) {
      hash = Math.imul(hash ^ marked.charCodeAt(index), 0x01000193);
      if (index - start + 1 < SHORTEST_NGRAM) continue;
      hashes[filled] = mixed(hash);
      filled += 1;
    }
  }
  return hashes;
}

function ngramCount(length: number): number {
  let count = 0;
  for (let size = SHORTEST_NGRAM; size <= LONGEST_NGRAM; size += 1) count += Math.max(0, length - size + 1);
  return count;
}

/**
 * Lower case is assumed. Halves of surrogate pairs count as parts of words: what lies there is script or
 * emoji.
 */
function isWordCharacter(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  // Dashes, typographic quotes, bullets and arrows: nearly all that English has outside ASCII.
  if (code >= 0x2000 && code <= 0x206f) return false;
  return (code >= 0xd800 && code <= 0xdfff) || WORD_CHARACTER.test(text.charAt(index));
}

/** The last step of MurmurHash3: spreads FNV's weak upper bits, of which sign and bucket are taken. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
