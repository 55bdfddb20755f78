/** First and longest pause between attempts of an activity, in milliseconds. */
export const BACKOFF_FIRST_MS = 200;
export const BACKOFF_LONGEST_MS = 30_000;

/**
 * Exponential backoff with full jitter: anything from zero to the bound, so that what failed together does not come
 * back together. Temporal's own retries have no jitter. (Brooker 2015, "Exponential Backoff and Jitter".)
 *
 * @param attempt the attempt that just failed, from 1
 * @param random a number from 0 up to 1
 */
export function backoffMs(attempt: number, random: number): number {
  const bound = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 20));
  return Math.max(1, Math.round(bound * random));
}
