import { estimateTokens } from '../document/chunking.js';
import { countWords } from '../text/character-ngrams.js';
import type { Passage } from './enrichment-result.js';

/** Tokens of all passages of a prompt together: eight of the usual size, and a few cents per thousand tickets. */
export const PASSAGE_TOKENS = 2_400;
export const PASSAGES_MAX = 8;
/** Share of their words from which two passages say the same: templates and copies, not two articles on one subject. */
const DUPLICATE_SHARE = 0.85;

/**
 * The best passages that fit the budget, in their order. A near-duplicate of a better one is left out: it would take
 * the place of something new.
 */
export function packPassages<P extends Pick<Passage, 'text'>>(ranked: readonly P[]): P[] {
  const packed: { passage: P; words: ReadonlySet<string> }[] = [];
  let tokens = 0;
  for (const passage of ranked) {
    if (packed.length === PASSAGES_MAX) break;
    const words = new Set(countWords(passage.text).keys());
    if (packed.some((other) => shareOf(words, other.words) >= DUPLICATE_SHARE)) continue;
    const size = estimateTokens(passage.text);
    // The best one always goes in; a long one further down makes room for shorter ones behind it.
    if (packed.length > 0 && tokens + size > PASSAGE_TOKENS) continue;
    packed.push({ passage, words });
    tokens += size;
  }
  return packed.map(({ passage }) => passage);
}

/** Jaccard's index: words in both, of the words in either. */
function shareOf(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let both = 0;
  for (const word of left) if (right.has(word)) both += 1;
  const either = left.size + right.size - both;
  return either === 0 ? 0 : both / either;
}
