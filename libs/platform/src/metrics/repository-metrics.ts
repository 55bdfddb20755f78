import type { Logger } from '../logging/logger.js';
import { repositoryMeter } from './metrics.js';

/**
 * Publishes how long methods that read or write rows take, `docket_repository_duration_seconds` by method, and logs the
 * slow ones by their name alone: what they were called with is a tenant's.
 */
export function repositoryObserver(logger: Logger, slowMs: number): (method: string, tookMs: number) => void {
  const duration = repositoryMeter().createHistogram('docket_repository_duration_seconds', {
    description: 'Seconds that a method took which reads or writes rows',
  });
  return (method, tookMs) => {
    duration.record(tookMs / 1_000, { method });
    if (tookMs >= slowMs) logger.warn({ method, tookMs: Math.round(tookMs) }, 'slow repository method');
  };
}
