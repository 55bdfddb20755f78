import { pino, type Logger } from 'pino';
import { currentLogContext } from './log-context.js';

export type { Logger } from 'pino';

/** Fields that hold a secret wherever they turn up in a logged object. */
const SECRET_PATHS = ['authorization', 'apiKey', 'password', 'token', 'secret', 'url', 'headers'].flatMap((field) => [
  `ctx.${field}`,
  `ctx.*.${field}`,
]);

/**
 * One JSON object per line: `ts`, `level`, `msg` and everything else under `ctx`, with the ids of the work under way.
 */
export function createLogger(level: string, service: string): Logger {
  return pino({
    level,
    base: null,
    messageKey: 'msg',
    nestedKey: 'ctx',
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => ({ service, ...currentLogContext(), ...describeErrors(fields) }),
    },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
  });
}

/** Errors as plain objects with their cause: pino's own serialiser does not reach below `ctx`. */
function describeErrors(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describeError(value) : value]),
  );
}

function describeError(error: Error): Record<string, unknown> {
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}
