import type { FastifyReply } from 'fastify';

export const DEPRECATION_METADATA = 'docket:deprecation';

/** How an operation ends that has a successor. Days, as `2026-05-04`. */
export interface Deprecation {
  /** From when on clients are asked to move. */
  since: string;
  /** From when on it may be gone. */
  sunset: string;
  /** The path of what takes its place. */
  successor: string;
}

/** Says in an answer that its operation ends: RFC 9745 `Deprecation`, RFC 8594 `Sunset`, and where to go. */
export function announceEnd(reply: FastifyReply, { since, sunset, successor }: Deprecation): void {
  void reply
    .header('deprecation', `@${new Date(since).getTime() / 1_000}`)
    .header('sunset', new Date(sunset).toUTCString())
    .header('link', `<${successor}>; rel="successor-version"`);
}
