/**
 * Most characters of JSON that one message to, from or inside a workflow may have. In UTF-8 that is at most 1.5 MB,
 * below the 2 MiB at which a Temporal server refuses a payload. What the server refuses is sent again for ever, so it is
 * refused here, once and for good. No message comes near: ids travel, bytes do not.
 */
export const PAYLOAD_MAX_CHARACTERS = 500_000;

/** Says what is wrong with a message that is too large to be sent; null when it may go. */
export function oversizeProblem(name: string, message: unknown): string | null {
  // Undefined has no JSON, and is no payload.
  const characters = (JSON.stringify(message) as string | undefined)?.length ?? 0;
  if (characters <= PAYLOAD_MAX_CHARACTERS) return null;
  return `${name} has ${characters} characters, more than the ${PAYLOAD_MAX_CHARACTERS} that a message may have. Store it, and send its id.`;
}
