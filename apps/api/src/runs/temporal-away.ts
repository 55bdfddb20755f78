import { DocketError } from '@docket/domain/errors';

/** What a client is told of an act that needs Temporal while that does not answer. */
export function temporalAway(cause: unknown): DocketError {
  const retryAfterSeconds = 5;
  return new DocketError('service.unavailable', 'Temporal does not answer. Try again shortly.', {
    retryAfterSeconds,
    cause,
  });
}
