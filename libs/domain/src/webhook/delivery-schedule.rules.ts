const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Waits between the tries of one delivery, some three days in all: a receiver may be away for a weekend. As Standard
 * Webhooks suggests.
 */
const WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** How far a wait is spread to either side, so that what failed together does not come back together. */
const SPREAD = 0.2;

/**
 * How long to wait behind a try that failed; null behind the last one.
 *
 * @param tried how often it was tried, from 1
 * @param random uniform in [0, 1)
 */
export function waitAfterTryMs(tried: number, random: number): number | null {
  const middle = WAITS_MS[tried - 1];
  return middle === undefined ? null : Math.round(middle * (1 - SPREAD + 2 * SPREAD * random));
}
