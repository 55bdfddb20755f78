import { fnv1a32 } from '../text/fnv.js';

/**
 * Term saturation and length normalisation of BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance
 * Framework"). On the sample queries for tuning all of k1 0.9 to 1.8 and b 0.2 to 0.75 lie within 0.02 of
 * nDCG@10, with a flat top here; these are also the defaults that Anserini found on larger collections.
 */
export const BM25_K1 = 0.9;
export const BM25_B = 0.4;

/**
 * Terms in an average chunk, as the analyser counts them (34 over the sample help centre's 396 chunks). It is
 * a constant, not the corpus's own average, so that a chunk's stored weights never change when other chunks
 * come or go.
 */
export const AVERAGE_CHUNK_TERMS = 35;

/**
 * What a term of a neighbouring chunk counts, relative to one of the chunk itself. Sections are short and
 * leave unsaid what the section before has said. On the sample queries for tuning it lifts nDCG@10 of BM25
 * alone from 0.434 to 0.485 and of the whole search from 0.491 to 0.528 (the other half: 0.518 to 0.521,
 * 0.536 to 0.545); 0.2 and 0.3 do the same, 0.5 drowns the chunk. It costs 71 weights per chunk instead of
 * 28.
 */
export const NEIGHBOUR_SHARE = 0.25;

/** Highest term id; with `sparsevec`'s limit of 10^9 dimensions one dimension stays free. */
export const HIGHEST_TERM_ID = 999_999_999;

/**
 * The dimension of a term: FNV-1a over its UTF-8 bytes, folded into 1..999,999,999 by remainder. Two of
 * 200,000 distinct terms share an id in about 20 cases; such a pair only blurs the two terms' statistics.
 */
export function termId(term: string): number {
  return (fnv1a32(term) % HIGHEST_TERM_ID) + 1;
}

/**
 * The document's half of BM25 for one chunk: for each term id `tf * (k1 + 1) / (tf + k1 * (1 - b + b * length
 * / average))`, without the idf, which belongs to the query. `terms` are all terms of the chunk, repeats
 * included; `neighbours` those of the chunks before and after it in the same document, whose terms add a
 * quarter each to tf and nothing to the length.
 */
export function termWeights(
  terms: readonly string[],
  neighbours: readonly (readonly string[])[] = [],
): Map<number, number> {
  const weights = new Map<number, number>();
  count(weights, terms, 1);
  for (const neighbour of neighbours) count(weights, neighbour, NEIGHBOUR_SHARE);
  const lengthFactor = BM25_K1 * (1 - BM25_B + (BM25_B * terms.length) / AVERAGE_CHUNK_TERMS);
  for (const [id, frequency] of weights) {
    weights.set(id, (frequency * (BM25_K1 + 1)) / (frequency + lengthFactor));
  }
  return weights;
}

/**
 * Lucene's inverse document frequency, `ln(1 + (N - df + 0.5) / (df + 0.5))`: never negative, also for a term
 * in every chunk. Counts are kept up outside the hot path and may be late, so a frequency above `total`
 * counts as `total`, and a term or an org without counts still gets a positive weight.
 */
export function inverseDocumentFrequency(documentFrequency: number, total: number): number {
  const frequency = Math.max(0, documentFrequency);
  const chunks = Math.max(frequency, total);
  return Math.log1p((chunks - frequency + 0.5) / (frequency + 0.5));
}

/**
 * The query's half of BM25: each term id with the root of its count in the query times its idf. The score of a chunk
 * is the inner product of this and the chunk's `termWeights`. `documentFrequencies` holds the org's count of
 * chunks by term id; an id that is missing is a term that no chunk has.
 *
 * The root, because a long message repeats the words of its story rather than those of its question: on the sample
 * queries for tuning it lifts nDCG@10 of the whole search from 0.533 to 0.550 (the other half: 0.551 to 0.552).
 */
export function queryWeights(
  terms: readonly string[],
  documentFrequencies: ReadonlyMap<number, number>,
  totalChunks: number,
): Map<number, number> {
  const weights = new Map<number, number>();
  count(weights, terms, 1);
  for (const [id, frequency] of weights) {
    const idf = inverseDocumentFrequency(documentFrequencies.get(id) ?? 0, totalChunks);
    weights.set(id, Math.sqrt(frequency) * idf);
  }
  return weights;
}

function count(frequencies: Map<number, number>, terms: readonly string[], share: number): void {
  for (const term of terms) {
    const id = termId(term);
    frequencies.set(id, (frequencies.get(id) ?? 0) + share);
  }
}
