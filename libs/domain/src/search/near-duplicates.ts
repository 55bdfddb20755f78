import { countWords } from '../text/character-ngrams.js';

/**
 * Share of the words of two passages together that both have (Jaccard's index over words with their counts) from which on one
 * of them tells a reader nothing new: another edition, another heading above the same paragraph. Two that differ in a number or
 * a code are never the same: that may be the answer.
 */
const NEAR_DUPLICATE_SHARE = 0.9;

/** Words below which a passage is too short to tell a copy from a coincidence. */
const FEWEST_WORDS = 8;

/** A passage as it may be shown: best first, `text` as a reader would compare it. */
export interface FoldCandidate {
  readonly id: string;
  readonly text: string;
}

/**
 * For each passage that is kept, in the order given, the passages behind it that say the same. Stops at `most` kept: what is
 * behind them is not looked at. Compares each passage with those kept before it, so some hundred words and ten hits cost
 * less than a millisecond.
 */
export function foldNearDuplicates(
  candidates: readonly FoldCandidate[],
  most: number,
): { id: string; folded: string[] }[] {
  const kept: { id: string; folded: string[]; words: ReadonlyMap<string, number>; total: number }[] = [];
  for (const { id, text } of candidates) {
    const words = countWords(text);
    const total = [...words.values()].reduce((sum, count) => sum + count, 0);
    const same =
      total < FEWEST_WORDS
        ? undefined
        : kept.find((before) => overlap(before, { words, total }) >= NEAR_DUPLICATE_SHARE);
    if (same) same.folded.push(id);
    else if (kept.length === most) break;
    else kept.push({ id, folded: [], words, total });
  }
  return kept.map(({ id, folded }) => ({ id, folded }));
}

interface CountedWords {
  readonly words: ReadonlyMap<string, number>;
  readonly total: number;
}

function overlap(one: CountedWords, other: CountedWords): number {
  // No pair of such different lengths can reach the share.
  if (Math.min(one.total, other.total) < NEAR_DUPLICATE_SHARE * Math.max(one.total, other.total)) return 0;
  let both = 0;
  for (const [word, count] of one.words) both += Math.min(count, other.words.get(word) ?? 0);
  if (!haveSameCodes(one.words, other.words)) return 0;
  return both / (one.total + other.total - both);
}

function haveSameCodes(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const isOnlyIn = (left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean =>
    [...left.keys()].some((word) => /\d/u.test(word) && !right.has(word));
  return !isOnlyIn(one, other) && !isOnlyIn(other, one);
}
