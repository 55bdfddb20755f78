import { pino, type DestinationStream, type Logger } from 'pino';
import { currentLogContext } from './log-context.js';
import { toLoggable } from './redact.js';

export type { Logger } from 'pino';

/**
 * One JSON object per line: `ts`, `level`, `msg` and everything else under `ctx`, with the ids of the work under way.
 *
 * @param destination where lines go; by default standard output, written synchronously so that none is lost at an end
 */
export function createLogger(
  level: string,
  service: string,
  destination: DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      nestedKey: 'ctx',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => ({ service, ...currentLogContext(), ...toLoggable(fields) }),
      },
    },
    destination,
  );
}
