/** Seconds until the next attempt where the provider names none: an outage is noticed to be over within that time. */
const DEFAULT_SECONDS = 5;

/** The longest that a provider's own word is taken for; what says an hour is asked again after five minutes. */
const LONGEST_SECONDS = 300;

/**
 * The embedder cannot answer now: it is down, slow, or limits the rate. Asking again helps, so this is a way of waiting
 * and never ends a document (`embedding.unavailable` where a client is told of it).
 */
export class EmbedderUnavailable extends Error {
  override readonly name = 'EmbedderUnavailable';
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { retryAfterSeconds?: number | null; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterSeconds = Math.min(LONGEST_SECONDS, options.retryAfterSeconds ?? DEFAULT_SECONDS);
  }
}
