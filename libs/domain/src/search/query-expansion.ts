/** A passage that the first search found, with the weights stored for it. */
export interface FeedbackPassage {
  /** The score of the first search; only its share among the passages counts. */
  readonly score: number;
  /** The chunk's `termWeights`. */
  readonly weights: ReadonlyMap<number, number>;
}

export interface ExpansionOptions {
  /** Passages taken from the front of the list. */
  readonly passages: number;
  /** Terms added to the query. */
  readonly terms: number;
  /** Share of the original query in the result, 0 to 1. */
  readonly originalShare: number;
}

export const EXPANSION_DEFAULTS: ExpansionOptions = { passages: 10, terms: 10, originalShare: 0.5 };

/**
 * RM3 pseudo-relevance feedback (Abdul-Jaleel et al. 2004, TREC Novelty and HARD) on hashed term ids: the
 * terms that the best passages share are added to the query. `query` are idf-weighted `queryWeights`,
 * `passages` the best hits of the first search in order, `idf` the inverse document frequency of a term id.
 * Returns weights for the inner product with chunks, summing to 1; the query itself, normalised, when there
 * is no passage to learn from.
 */
export function expandQuery(
  query: ReadonlyMap<number, number>,
  passages: readonly FeedbackPassage[],
  idf: (termId: number) => number,
  options: ExpansionOptions = EXPANSION_DEFAULTS,
): Map<number, number> {
  const original = normalised(query);
  const feedback = relevanceModel(passages.slice(0, options.passages), idf);
  const added = normalised(
    new Map([...feedback].sort(([a, x], [b, y]) => y - x || a - b).slice(0, options.terms)),
  );
  if (added.size === 0) return original;
  const expanded = new Map<number, number>();
  for (const [id, weight] of original) expanded.set(id, options.originalShare * weight);
  for (const [id, weight] of added) {
    expanded.set(id, (expanded.get(id) ?? 0) + (1 - options.originalShare) * weight);
  }
  return expanded;
}

/**
 * RM1: each passage's term distribution, weighted by the passage's share of the scores, times the term's idf.
 */
function relevanceModel(
  passages: readonly FeedbackPassage[],
  idf: (termId: number) => number,
): Map<number, number> {
  const model = new Map<number, number>();
  for (const { score, weights } of passages) {
    const length = total(weights);
    if (length <= 0 || score <= 0) continue;
    for (const [id, weight] of weights) {
      model.set(id, (model.get(id) ?? 0) + (score * weight) / length);
    }
  }
  for (const [id, weight] of model) model.set(id, weight * idf(id));
  return model;
}

function normalised(weights: ReadonlyMap<number, number>): Map<number, number> {
  const sum = total(weights);
  const result = new Map<number, number>();
  if (sum <= 0) return result;
  for (const [id, weight] of weights) result.set(id, weight / sum);
  return result;
}

function total(weights: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const weight of weights.values()) sum += weight;
  return sum;
}
