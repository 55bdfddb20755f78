const FIRST_SECONDS = 0.5;
const LONGEST_SECONDS = 5;

/**
 * Another run works on the same bytes, or has taken them over. Coming back shortly finds them indexed, rejected, or
 * free to claim; until then this is an ordinary retry, and costs no history. Small files are done in a moment, large ones
 * are asked about less and less often.
 */
export class ContentBusy extends Error {
  override readonly name = 'ContentBusy';
  readonly retryAfterSeconds: number;

  /** @param attempt of the activity, from 1 */
  constructor(attempt: number) {
    super('the same bytes are being processed by another run');
    this.retryAfterSeconds = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attempt - 1, 10));
  }
}
