import type { EndEnrichmentInput } from '@docket/activities/ticket-enrichment/types';
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';

type UnwellEnd = EndEnrichmentInput['end'] & { kind: 'cancelled' | 'failed' };

/** What an error means for the rows. What is a failure of the code, and not of the work, is thrown on. */
export function endingOf(error: unknown): UnwellEnd {
  if (isCancellation(error)) return { kind: 'cancelled' };
  const failure = error instanceof ActivityFailure ? error.cause : error;
  // The workflow task fails, and is retried with a mended build.
  if (!(failure instanceof ApplicationFailure) || !failure.type) throw error;
  return { kind: 'failed', code: failure.type, message: failure.message };
}

/** What the workflow ends with; shows the same in its search attributes. */
export function asFailure(error: unknown, end: UnwellEnd): unknown {
  upsertSearchAttributes([
    { key: searchAttributes.state, value: end.kind },
    { key: searchAttributes.error, value: end.kind === 'failed' ? end.code : 'run.cancelled' },
  ]);
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
}
