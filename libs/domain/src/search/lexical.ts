import { fnv1a32 } from '../text/fnv.js';

/** Term saturation of BM25: the usual value (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"). */
export const BM25_K1 = 1.2;

/** Length normalisation of BM25. */
export const BM25_B = 0.75;

/**
 * Terms in an average chunk, as the analyser counts them. It is a constant, not the corpus's own average, so that a
 * chunk's stored weights never change when other chunks come or go.
 */
export const AVERAGE_CHUNK_TERMS = 37;

/** Highest term id; with `sparsevec`'s limit of 10^9 dimensions one dimension stays free. */
export const HIGHEST_TERM_ID = 999_999_999;

/**
 * The dimension of a term: FNV-1a over its UTF-8 bytes, folded into 1..999,999,999 by remainder. Two of 200,000
 * distinct terms share an id in about 20 cases; such a pair only blurs the two terms' statistics.
 */
export function termId(term: string): number {
  return (fnv1a32(term) % HIGHEST_TERM_ID) + 1;
}

/**
 * The document's half of BM25 for one chunk: for each term id `tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average))`,
 * without the idf, which belongs to the query. `terms` are all terms of the chunk, repeats included.
 */
export function termWeights(terms: readonly string[]): Map<number, number> {
  const weights = countTermIds(terms);
  const lengthFactor = BM25_K1 * (1 - BM25_B + (BM25_B * terms.length) / AVERAGE_CHUNK_TERMS);
  for (const [id, count] of weights) {
    weights.set(id, (count * (BM25_K1 + 1)) / (count + lengthFactor));
  }
  return weights;
}

/**
 * Lucene's inverse document frequency, `ln(1 + (N - df + 0.5) / (df + 0.5))`: never negative, also for a term in
 * every chunk. Counts are kept up outside the hot path and may be late, so a frequency above `total` counts as
 * `total`, and a term or an org without counts still gets a positive weight.
 */
export function inverseDocumentFrequency(documentFrequency: number, total: number): number {
  const frequency = Math.max(0, documentFrequency);
  const chunks = Math.max(frequency, total);
  return Math.log1p((chunks - frequency + 0.5) / (frequency + 0.5));
}

/**
 * The query's half of BM25: each term id with its count in the query times its idf. The score of a chunk is the
 * inner product of this and the chunk's `termWeights`. `documentFrequencies` holds the org's count of chunks by term
 * id; an id that is missing is a term that no chunk has.
 */
export function queryWeights(
  terms: readonly string[],
  documentFrequencies: ReadonlyMap<number, number>,
  totalChunks: number,
): Map<number, number> {
  const weights = countTermIds(terms);
  for (const [id, count] of weights) {
    weights.set(id, count * inverseDocumentFrequency(documentFrequencies.get(id) ?? 0, totalChunks));
  }
  return weights;
}

function countTermIds(terms: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const id = termId(term);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
