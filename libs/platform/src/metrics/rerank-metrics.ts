import { meter } from './metrics.js';

/**
 * Publishes how often and how fast searches are re-ranked: `docket_rerank_duration_seconds` by outcome, `applied` or the
 * trouble for which a search kept the order that it had.
 */
export function rerankObserver(): (outcome: string, tookMs: number) => void {
  const duration = meter().createHistogram('docket_rerank_duration_seconds', {
    description: 'Time from asking the reranker to its judgement, or to going on without it',
    unit: 's',
  });
  return (outcome, tookMs) => duration.record(tookMs / 1_000, { outcome });
}
