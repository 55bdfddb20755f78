import { countWords, ngramHashes } from '../text/character-ngrams.js';
import { fnv1a32 } from '../text/fnv.js';

/** Slots that words, pairs of words and character n-grams are hashed into. */
export const FEATURE_SLOTS = 1 << 16;

/** A text as its hashed features, each slot once, scaled to length 1. */
export interface TextFeatures {
  slots: Uint32Array;
  values: Float32Array;
}

/** Longest text that is read: what a ticket is about shows in its first pages. */
const READ_CHARACTERS = 8_000;

/** Words, neighbouring words and character n-grams (3 to 5) of a text, counts damped to `1 + ln(count)`. Deterministic. */
export function textFeatures(text: string): TextFeatures {
  const read = text.slice(0, READ_CHARACTERS);
  const counts = new Map<number, number>();
  const add = (hash: number, count: number): void => {
    const slot = hash % FEATURE_SLOTS;
    counts.set(slot, (counts.get(slot) ?? 0) + count);
  };
  for (const [word, count] of countWords(read)) {
    add(fnv1a32(`w ${word}`), count);
    for (const hash of ngramHashes(word)) add(hash, count);
  }
  const words = read.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  for (let index = 1; index < words.length; index += 1)
    add(fnv1a32(`b ${words[index - 1] ?? ''} ${words[index] ?? ''}`), 1);
  return scaled(counts);
}

function scaled(counts: ReadonlyMap<number, number>): TextFeatures {
  const entries = [...counts].sort(([left], [right]) => left - right);
  const slots = Uint32Array.from(entries, ([slot]) => slot);
  const values = Float32Array.from(entries, ([, count]) => 1 + Math.log(count));
  let squares = 0;
  for (const value of values) squares += value * value;
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  return { slots, values: values.map((value) => value * scale) };
}

/** The cosine of two texts' features: 0 to 1. */
export function featureCosine(left: TextFeatures, right: TextFeatures): number {
  let product = 0;
  let at = 0;
  for (let index = 0; index < left.slots.length; index += 1) {
    const slot = left.slots[index] ?? 0;
    while (at < right.slots.length && (right.slots[at] ?? 0) < slot) at += 1;
    if (right.slots[at] === slot) product += (left.values[index] ?? 0) * (right.values[at] ?? 0);
  }
  return product;
}
