import type { ModelUnavailable, WaitCode } from '@docket/adapters/language-model/unavailable';

/** Longest pause between two looks at a provider that named no time: after an outage nobody waits much longer. */
const LONGEST_SECONDS = 60;
/** Doublings of the first pause. */
const MOST_DOUBLINGS = 4;

/**
 * No provider can answer now. Thrown to Temporal, which waits with no slot held; the pause has its jitter, so that a
 * thousand tickets that wait do not come back together.
 */
export class ProviderWait extends Error {
  override readonly name = 'ProviderWait';
  readonly code: WaitCode;
  readonly retryAfterSeconds: number;

  constructor(code: WaitCode, message: string, retryAfterSeconds: number) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Seconds until the next attempt. A time that the provider named is kept and only added to; a guess of our own grows
 * with the attempts, with jitter over its upper half.
 *
 * @param random from 0 up to 1
 */
export function pauseSeconds(
  wait: Pick<ModelUnavailable, 'retryAfterSeconds' | 'isProvidersWord'>,
  attempt: number,
  random: number,
): number {
  if (wait.isProvidersWord) return wait.retryAfterSeconds * (1 + 0.25 * random) + random;
  const grown = wait.retryAfterSeconds * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS);
  return Math.min(LONGEST_SECONDS, grown) * (0.5 + 0.5 * random);
}
