import { addToLogContext, withLogContext } from '@docket/platform/logging/log-context';
import { createLogger, type Logger } from '@docket/platform/logging/logger';
import { describe, expect, it } from '@jest/globals';

/** The lines that `work` logs, as they are written. */
function linesOf(work: (logger: Logger) => void, level = 'info'): string[] {
  const lines: string[] = [];
  work(createLogger(level, 'api', { write: (line: string) => void lines.push(line) }));
  return lines;
}

function parsed(work: (logger: Logger) => void): Record<string, unknown>[] {
  return linesOf(work).map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  it('is one JSON object on one line: ts, level, msg and the rest under ctx', () => {
    const [line, ...others] = linesOf((logger) => logger.warn({ tookMs: 3 }, 'two\nlines'));
    expect(others).toEqual([]);
    expect(line).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(line ?? '')).toEqual({
      level: 'warn',
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      msg: 'two\nlines',
      ctx: { service: 'api', tookMs: 3 },
    });
  });

  it('is written from the level on that was asked for', () => {
    const lines = linesOf((logger) => {
      logger.debug('quiet');
      logger.error('loud');
    }, 'warn');
    expect(lines).toHaveLength(1);
  });

  it('carries the ids of the work under way, learned ones too, and none of the work beside it', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger('info', 'api', {
      write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    const work = (requestId: string, org: string) =>
      withLogContext({ requestId }, async () => {
        await Promise.resolve();
        addToLogContext({ org });
        await Promise.resolve();
        logger.info('done');
      });
    await Promise.all([work('r1', 'o1'), work('r2', 'o2')]);
    logger.info('outside');
    expect(lines.map(({ ctx }) => ctx)).toEqual([
      { service: 'api', requestId: 'r1', org: 'o1' },
      { service: 'api', requestId: 'r2', org: 'o2' },
      { service: 'api' },
    ]);
  });

  it('tells an error with its causes', () => {
    const error = new TypeError('outer', { cause: new RangeError('inner') });
    const [line] = parsed((logger) => logger.error({ error }, 'failed'));
    expect(line?.['ctx']).toMatchObject({
      error: {
        type: 'TypeError',
        message: 'outer',
        stack: expect.any(String),
        cause: { type: 'RangeError', message: 'inner' },
      },
    });
  });
});

describe('a secret', () => {
  it.each(['authorization', 'apiKey', 'password', 'token', 'secret', 'url', 'headers'])(
    'under %s is never written, at the top or one level down',
    (field) => {
      const [line] = linesOf((logger) =>
        logger.info({ [field]: 'hunter2', request: { [field]: 'hunter2', kept: 'kept' } }, 'with a secret'),
      );
      expect(line).not.toContain('hunter2');
      expect(line).toContain('kept');
      expect(line?.match(/\[redacted\]/g)).toHaveLength(2);
    },
  );

  it('is never written however deep it lies, in lists too, and a cycle ends', () => {
    const cyclic: Record<string, unknown> = { kept: 'kept' };
    cyclic['self'] = cyclic;
    const fields = {
      list: [{ deep: { Authorization: 'hunter2' } }],
      cyclic,
      error: new Error('x', { cause: new Error('y') }),
    };
    const [line] = linesOf((logger) => logger.info(fields, 'deep'));
    expect(line).not.toContain('hunter2');
    expect(line).toContain('kept');
  });

  it('is no reason to cut short what is logged: four levels down a plain value is still there', () => {
    const [line] = parsed((logger) => logger.info({ a: { b: [{ c: { d: 'there' } }] } }, 'deep'));
    expect(line?.['ctx']).toEqual({ service: 'api', a: { b: [{ c: { d: 'there' } }] } });
  });

  it('takes nothing else along: times, bytes, big lists and look-alike names are written as they are', () => {
    const fields = {
      at: new Date(0),
      fencingToken: 7,
      tokenCount: 3,
      none: null,
      missing: undefined,
      list: [1, 'two'],
    };
    const [line] = parsed((logger) => logger.info(fields, 'kept'));
    expect(line?.['ctx']).toEqual({
      service: 'api',
      at: '1970-01-01T00:00:00.000Z',
      fencingToken: 7,
      tokenCount: 3,
      none: null,
      list: [1, 'two'],
    });
  });

  it('in the address of a database is not written with an error that quotes it', () => {
    const error = new Error('cannot connect to postgres://docket:hunter2@db/docket', {
      cause: new Error('https://user:hunter2@store/bucket?x=1 refused'),
    });
    const [line] = linesOf((logger) => logger.error({ error }, 'failed'));
    expect(line).not.toContain('hunter2');
    expect(line).toContain('cannot connect to postgres://');
  });
});
