/** One hit of one leg. The scores of a leg may have any scale; higher is better. */
export interface ScoredHit {
  readonly id: string;
  readonly score: number;
}

/**
 * A leg's hits in any order, and its share in the fused score. A weight of 0 leaves the leg out altogether.
 */
export interface FusionLeg {
  readonly weight: number;
  readonly hits: readonly ScoredHit[];
}

/**
 * Hits of each leg that take part: below the hundredth place a leg says little, and one outlier bends the
 * scale.
 */
export const FUSION_DEPTH = 100;

/**
 * Min-max fusion: within each leg's best 100 the scores are stretched to 0..1, then summed with the legs'
 * weights. A hit that a leg does not have gets 0 from it, and a leg whose scores are all equal gives 1 to
 * each. Best first; ties by id, so that equal input gives equal output. (Lee 1997, CombSUM with min-max
 * normalisation.)
 */
export function fuse(legs: readonly FusionLeg[]): ScoredHit[] {
  const scores = new Map<string, number>();
  for (const { weight, hits } of legs) {
    if (weight === 0) continue;
    const best = [...hits].sort(byScoreThenId).slice(0, FUSION_DEPTH);
    const highest = best[0]?.score ?? 0;
    const lowest = best.at(-1)?.score ?? 0;
    const range = highest - lowest;
    for (const { id, score } of best) {
      const share = range > 0 ? (score - lowest) / range : 1;
      scores.set(id, (scores.get(id) ?? 0) + weight * share);
    }
  }
  return Array.from(scores, ([id, score]) => ({ id, score })).sort(byScoreThenId);
}

/** Order of hits everywhere: higher score first, then the smaller id by code units. */
export function byScoreThenId(left: ScoredHit, right: ScoredHit): number {
  if (left.score !== right.score) return right.score - left.score;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
