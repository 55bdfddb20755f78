import { canonicalJson } from '@docket/domain/json/canonical-json';

/** On whose behalf something is done, and by which request. */
export interface AuditActor {
  /** `system` is Docket itself; `anonymous` somebody without a credential, such as who signs in. */
  kind: 'user' | 'api_key' | 'operator' | 'anonymous' | 'system';
  /** Public id of the user or key. */
  id: string | null;
  requestId: string | null;
  /** Network address the request came from. */
  address: string | null;
}

export type AuditFields = Readonly<Record<string, unknown>>;

/** What a service says of an act. */
export interface AuditEvent {
  /** `noun.verb`, such as `collection.create`. */
  action: string;
  /** Public id of what was acted on. */
  subject: string;
  /** What changed of it; null where there was nothing before, or is nothing afterwards. */
  before?: AuditFields | null;
  after?: AuditFields | null;
}

/**
 * Fields that are never written down, whoever passes them: a log that is kept for ever must hold no secret. A budget of
 * tokens is none.
 */
const SECRET_FIELD =
  /pass(word|phrase)|secret|token(?!sPerDay$)|pepper|hash$|^(api)?key$|authorization|cookie|^url$/i;
/** Longest text of one field; a log says what changed and is no second copy of it. */
const LONGEST_TEXT = 500;
const DEEPEST = 4;

/** The event as the canonical text that is hashed. */
export function auditRecord(id: string, at: Date, actor: AuditActor, event: AuditEvent): string {
  return canonicalJson({
    id,
    at: at.toISOString(),
    actor: { kind: actor.kind, id: actor.id },
    action: event.action,
    subject: event.subject,
    before: event.before ? fit(event.before, 0) : null,
    after: event.after ? fit(event.after, 0) : null,
    requestId: actor.requestId,
    address: actor.address,
  });
}

function fit(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…`.toWellFormed() : value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => fit(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      SECRET_FIELD.test(name) ? '[redacted]' : fit(field, depth + 1),
    ]),
  );
}
