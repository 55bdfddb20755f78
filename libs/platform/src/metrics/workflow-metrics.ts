import { errorCategory } from '@docket/domain/errors';
import { meter } from './metrics.js';

/**
 * Publishes how long workflows took from the request to their end, `docket_workflow_duration_seconds` by kind and outcome:
 * `succeeded`, `cancelled`, or whose matter the failure is.
 */
export function workflowObserver(): (kind: string, tookMs: number, failure: string | null) => void {
  const duration = meter().createHistogram('docket_workflow_duration_seconds', {
    description: 'Seconds from a request to the end of the workflow that worked for it, by kind and outcome',
  });
  return (kind, tookMs, failure) => duration.record(tookMs / 1_000, { kind, outcome: outcomeOf(failure) });
}

function outcomeOf(failure: string | null): string {
  if (failure === null) return 'succeeded';
  return failure === 'cancelled' ? 'cancelled' : errorCategory(failure);
}
