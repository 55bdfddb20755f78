import { meter } from './metrics.js';

/**
 * Publishes how tries to deliver messages to webhooks go: `docket_webhook_attempt_duration_seconds` by outcome, `delivered`
 * or the code of what went wrong. Whose webhook it was is in the rows: a label for each would have no end.
 */
export function webhookObserver(): (outcome: string, tookMs: number) => void {
  const duration = meter().createHistogram('docket_webhook_attempt_duration_seconds', {
    description: 'Seconds one try to deliver a message to a webhook took, by outcome',
    unit: 's',
  });
  return (outcome, tookMs) => duration.record(tookMs / 1_000, { outcome });
}
