import { countWords, ngramHashes } from '../text/character-ngrams.js';

/** A passage to compare with the query, with all the text a reader would judge it by. */
export interface SimilarityCandidate {
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
}

/** Slots that n-grams are hashed into: a power of two, sparse enough that some 20,000 distinct n-grams rarely meet. */
const SLOTS = 1 << 18;

/** A text as its n-gram slots with damped counts. */
interface Profile {
  readonly slots: Uint32Array;
  readonly counts: Float32Array;
}

/**
 * The cosine of the query's and each candidate's character n-grams (3 to 5, within words), tf-idf weighted with
 * damped counts, over title, headings and text together. 0 to 1, in the order of the candidates. The idf comes from
 * the candidates themselves: among the best passages of a search it tells what sets one apart, and it needs no index.
 * Meant for up to some 100 candidates of a chunk's size, at query time: 100 of 1.3 kB take about 5 ms.
 */
export function characterSimilarities(query: string, candidates: readonly SimilarityCandidate[]): Float64Array {
  const profiler = new Profiler();
  const profiles = candidates.map(({ title, headings, text }) =>
    profiler.profile([title, ...headings, text].join('\n')),
  );
  const idf = inverseFrequencies(profiles);
  const asked = new Float64Array(SLOTS);
  const own = profiler.profile(query);
  let askedSquares = 0;
  own.slots.forEach((slot, index) => {
    const weight = (own.counts[index] ?? 0) * (idf[slot] ?? 0);
    asked[slot] = weight;
    askedSquares += weight * weight;
  });
  return Float64Array.from(profiles, (profile) => cosine(profile, idf, asked, askedSquares));
}

function cosine(profile: Profile, idf: Float64Array, asked: Float64Array, askedSquares: number): number {
  const { slots, counts } = profile;
  let product = 0;
  let squares = 0;
  for (let index = 0; index < slots.length; index += 1) {
    const slot = slots[index] ?? 0;
    const weight = (counts[index] ?? 0) * (idf[slot] ?? 0);
    squares += weight * weight;
    product += weight * (asked[slot] ?? 0);
  }
  return product === 0 ? 0 : product / Math.sqrt(squares * askedSquares);
}

/** Smoothed idf, `1 + ln((1 + N) / (1 + df))`, by slot; never zero, so that a query all candidates share still ranks. */
function inverseFrequencies(profiles: readonly Profile[]): Float64Array {
  const frequencies = new Uint16Array(SLOTS);
  for (const { slots } of profiles) for (const slot of slots) frequencies[slot] = (frequencies[slot] ?? 0) + 1;
  const byFrequency = Float64Array.from({ length: profiles.length + 1 }, (_, frequency) =>
    1 + Math.log((1 + profiles.length) / (1 + frequency)),
  );
  return Float64Array.from(frequencies, (frequency) => byFrequency[frequency] ?? 1);
}

/** Makes profiles; words repeat from passage to passage, so each word's n-grams are hashed once per query. */
class Profiler {
  private readonly slotsByWord = new Map<string, Uint32Array>();
  private readonly counts = new Float64Array(SLOTS);

  profile(text: string): Profile {
    const touched: number[] = [];
    for (const [word, repeats] of countWords(text)) {
      for (const slot of this.slotsOf(word)) {
        if (this.counts[slot] === 0) touched.push(slot);
        this.counts[slot] = (this.counts[slot] ?? 0) + repeats;
      }
    }
    const slots = Uint32Array.from(touched);
    const counts = Float32Array.from(touched, (slot) => 1 + Math.log(this.counts[slot] ?? 1));
    for (const slot of touched) this.counts[slot] = 0;
    return { slots, counts };
  }

  private slotsOf(word: string): Uint32Array {
    const known = this.slotsByWord.get(word);
    if (known !== undefined) return known;
    const slots = ngramHashes(word).map((hash) => hash & (SLOTS - 1));
    this.slotsByWord.set(word, slots);
    return slots;
  }
}
