import { pino, type DestinationStream, type Logger } from 'pino';
import { currentLogContext } from './log-context.js';
import { toLoggable } from './redact.js';

export type { Logger } from 'pino';

/**
 * One JSON object per line: `ts`, `level`, `msg` and everything else under `ctx`, with the ids of the work under way.
 *
 * @param destination where lines go; by default standard output
 */
export function createLogger(
  level: string,
  service: string,
  destination: DestinationStream = standardOutput(),
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

/** Lines wait so long for others: at a thousand requests a second, twenty leave in one write, which costs as much as one. */
const GATHERED_FOR_MS = 20;

/** Standard output. What was gathered is written when the process ends by itself; a kill takes the last moment's lines. */
function standardOutput(): DestinationStream {
  const output = pino.destination(1);
  let lines = '';
  const flush = (): void => {
    const gathered = lines;
    lines = '';
    if (gathered !== '') output.write(gathered);
  };
  process.on('exit', flush);
  return {
    write(line) {
      // Not a reason for a process to stay.
      if (lines === '') setTimeout(flush, GATHERED_FOR_MS).unref();
      lines += line;
    },
  };
}
