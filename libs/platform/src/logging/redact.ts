/** Fields that hold a secret wherever they turn up in a logged object; addresses may be signed or hold a password. */
const SECRET_FIELDS = new Set([
  'authorization',
  'apikey',
  'cookie',
  'headers',
  'password',
  'secret',
  'token',
  'url',
]);

const REDACTED = '[redacted]';

/** The password in an address, as drivers like to quote it in their errors. */
const PASSWORD_IN_ADDRESS = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s/@]+@/gi;

/** Deeper than this nothing is logged: it stops cycles, and nobody reads that far. */
const DEEPEST = 6;

/**
 * A copy of what is to be logged, fit to be seen: secrets replaced at every depth, errors as plain objects with their
 * causes. pino's own redaction does not reach below its nested key, and nor does its error serialiser.
 */
export function toLoggable(fields: object): Record<string, unknown> {
  return copyFields(fields, 0);
}

function copyFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELDS.has(name.toLowerCase()) ? REDACTED : copy(value, depth + 1),
    ]),
  );
}

function copy(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
  // Dates, buffers and the like say themselves how they are written.
  return 'toJSON' in value ? value : copyFields(value, depth);
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: withoutPasswords(error.message),
    stack: withoutPasswords(error.stack ?? ''),
    ...(error.cause instanceof Error && depth <= DEEPEST
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

function withoutPasswords(text: string): string {
  return text.replaceAll(PASSWORD_IN_ADDRESS, `$1${REDACTED}@`);
}
