/** Longest time a request is held, in seconds: below the idle time-outs of common proxies. */
const LONGEST_WAIT_SECONDS = 30;

/**
 * Seconds from `Prefer: wait=N` (RFC 7240, section 4.3), at most 30; 0 where it is absent or cannot be read, since a
 * preference is never an error.
 */
export function preferredWaitSeconds(header: string | string[] | undefined): number {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  for (const preference of text.split(/[,;]/)) {
    const match = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*$/i.exec(preference);
    if (match?.[1]) return Math.min(LONGEST_WAIT_SECONDS, Number(match[1]));
  }
  return 0;
}
