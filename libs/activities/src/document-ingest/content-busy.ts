/**
 * Another run works on the same bytes, or has taken them over. Coming back shortly finds them indexed, rejected, or
 * free to claim; until then this is an ordinary retry, and costs no history.
 */
export class ContentBusy extends Error {
  override readonly name = 'ContentBusy';
  readonly retryAfterSeconds = 0.5;

  constructor() {
    super('the same bytes are being processed by another run');
  }
}
