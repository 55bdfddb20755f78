import { meter } from './metrics.js';

/** Publishes what searches spend their time on: `docket_search_stage_duration_seconds` by stage. */
export function searchStageObserver(): (stage: string, tookMs: number) => void {
  const duration = meter().createHistogram('docket_search_stage_duration_seconds', {
    description: 'Time of a search, by what it was spent on',
    unit: 's',
  });
  return (stage, tookMs) => duration.record(tookMs / 1_000, { stage });
}
