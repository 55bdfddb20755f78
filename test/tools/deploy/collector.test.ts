import { createLogger } from '@docket/platform/logging/logger';
import { withLogContext } from '@docket/platform/logging/log-context';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Operator {
  from?: string;
  parse_from?: string;
  timestamp?: { parse_from: string };
  severity?: { parse_from: string };
  trace_id?: { parse_from: string };
}

interface Collector {
  extensions: object;
  receivers: { file_log: { operators: Operator[] } };
  processors: object;
  exporters: object;
  service: {
    extensions: string[];
    pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }>;
  };
}

const text = readFileSync(join(import.meta.dirname, '../../../deploy/otel/collector.yaml'), 'utf8');
const collector = parse(text) as Collector;
const pipelines = Object.values(collector.service.pipelines);
const { operators } = collector.receivers.file_log;

/** A line as API and worker write it. */
function lineOf(): Record<string, unknown> {
  let line = '';
  const logger = createLogger('info', 'api', { write: (text) => (line = text) });
  withLogContext({ requestId: 'r1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }, () =>
    logger.info('request'),
  );
  return JSON.parse(line) as Record<string, unknown>;
}

// What can be said without a collector; test/long/collector-*.test.ts run a real one.
describe('the collector’s configuration', () => {
  it.each(['receivers', 'processors', 'exporters'] as const)(
    'declares the %s that it uses, and no other',
    (kind) => {
      const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind]));
      expect([...used].toSorted()).toEqual(Object.keys(collector[kind]).toSorted());
    },
  );

  it('ships logs and traces, and bounds its memory first', () => {
    expect(Object.keys(collector.service.pipelines).toSorted()).toEqual(['logs', 'traces']);
    expect(collector.service.extensions.toSorted()).toEqual(Object.keys(collector.extensions).toSorted());
    for (const { processors } of pipelines) {
      expect(processors[0]).toBe('memory_limiter');
    }
  });

  it('names every variable at its head, with what stands for one that is not set', () => {
    const head = text.slice(0, text.indexOf('extensions:'));
    const read = [...text.matchAll(/\$\{env:(\w+)(?::-([^}]*))?\}/g)];
    const told = [...head.matchAll(/^# {3}([A-Z_]+) .*?(?:\((\S+)\))?$/gm)];
    const pairs = (found: typeof read): Record<string, string | undefined> =>
      Object.fromEntries(found.map(([, name = '', otherwise]) => [name, otherwise]));
    expect(pairs(told)).toEqual(pairs(read));
    expect(told.length).toBeGreaterThan(5);
  });

  it('reads fields that a line of API and worker has', () => {
    const line = lineOf();
    const paths = operators.flatMap(({ from, timestamp, severity, trace_id: traceId }) => [
      from,
      timestamp?.parse_from,
      severity?.parse_from,
      traceId?.parse_from,
    ]);
    const read = paths.filter((path) => path !== undefined).map((path) => path.replace(/^attributes\./, ''));
    expect(read.toSorted()).toEqual(['ctx.traceId', 'level', 'msg', 'ts']);
    for (const path of read) {
      const value = path
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], line);
      expect([path, typeof value]).toEqual([path, 'string']);
    }
    // The form of the layout: milliseconds, and Z for UTC.
    expect(line['ts']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
