import type { ErrorCategory } from '@docket/domain/errors';
import type { Counter } from '@opentelemetry/api';
import { meter } from './metrics.js';

let errors: Counter | null = null;

/**
 * Counts a failure by where it was met and whose matter it is: `docket_errors_total`. `http` is a problem that was answered,
 * `activity` an attempt that failed, repeated or not; one that only waits is none.
 */
export function countError(source: 'http' | 'activity', category: ErrorCategory): void {
  // Once the process has said what becomes of metrics.
  errors ??= meter().createCounter('docket_errors_total', {
    description: 'Problems answered and attempts of activities failed, by whose matter they are',
  });
  errors.add(1, { source, category });
}
