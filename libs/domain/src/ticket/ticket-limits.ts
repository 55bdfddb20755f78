/** Most characters of the fields of a ticket. The body's limit in bytes is configuration (`TICKET_MAX_BYTES`). */
export const TICKET_LIMITS = {
  externalId: 200,
  subject: 1_000,
  channel: 100,
  requesterName: 200,
  requesterEmail: 320,
} as const;
