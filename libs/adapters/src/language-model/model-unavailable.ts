/** Codes for which work waits instead of failing. */
export type WaitCode = 'model.rate_limited' | 'model.overloaded' | 'model.timeout' | 'model.unavailable';

/** Seconds until the next look when a provider names no time: below a minute, so that an outage ends soon after its end. */
const SECONDS: Record<WaitCode, number> = {
  'model.rate_limited': 10,
  'model.overloaded': 10,
  'model.timeout': 2,
  'model.unavailable': 5,
};
/** Longest time a provider's word is taken for: what says an hour is asked again sooner. */
const LONGEST_SECONDS = 300;

/** The provider cannot answer now. Asking again later helps; the time it named itself is kept. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
  readonly code: WaitCode;
  /** As the provider said, or a guess. Without jitter: whoever waits adds its own. */
  readonly retryAfterSeconds: number;
  /** True when the provider named the time. */
  readonly isProvidersWord: boolean;

  constructor(code: WaitCode, message: string, retryAfterSeconds: number | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.isProvidersWord = retryAfterSeconds !== null;
    this.retryAfterSeconds = Math.min(LONGEST_SECONDS, retryAfterSeconds ?? SECONDS[code]);
  }
}

/** Seconds of a `Retry-After` header: a number, or a date (RFC 9110, section 10.2.3). Null when it cannot be read. */
export function retryAfterSeconds(headers: Headers | undefined, now: number): number | null {
  const value = headers?.get('retry-after')?.trim();
  if (!value) return null;
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
