import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { markdown } from '../end-to-end/support/documents.ts';
import { plantedSecrets, secretsGiven } from '../end-to-end/support/planted-secrets.ts';
import { Collector } from '../support/collector.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { startStack, type RunningStack } from '../support/stack.ts';
import { startDevServer, type DevServer } from '../support/temporal-dev-server.ts';
import { until } from '../support/until.ts';

jest.setTimeout(60_000);
quietTemporal();

const HEADER = `Basic ${randomBytes(20).toString('base64url')}`;

let folder: string;
let receiver: OtlpReceiver;
let collector: Collector;
let server: DevServer;
let running: RunningStack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docket-collector-'));
  receiver = await OtlpReceiver.start();
  collector = await Collector.in(folder, {
    OTLP_BACKEND: receiver.url,
    OTLP_BACKEND_HEADER: HEADER,
    OTLP_BACKEND_ENCODING: 'json',
  });
  await collector.start();
  server = await startDevServer();
  running = await startStack({
    temporalAddress: server.address,
    namespace: server.namespace,
    overrides: {
      ...plantedSecrets(),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_ARG: '0',
    },
    logsDir: collector.logsDir,
  });
}, 120_000);

afterAll(async () => {
  await running.stack.stop();
  await server.stop();
  await collector.kill();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Every line in the files, by the file. */
function linesWritten(): [service: string, line: string][] {
  return readdirSync(collector.logsDir).flatMap((name) =>
    readFileSync(join(collector.logsDir, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): [string, string] => [`docket-${name.replace('.log', '')}`, line]),
  );
}

/** The same text for the same value: on the wire the names of an object have no order. */
function told(value: unknown): string {
  return inspect(value, { sorted: true, depth: null, maxStringLength: null, maxArrayLength: null });
}

interface Line {
  level: string;
  ts: string;
  msg: string;
  ctx: { traceId?: string };
}

describe('a request, seen behind a real collector', () => {
  const traceId = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };

  it('is one trace and the log lines of API and worker that carry its id', async () => {
    const { docket } = await running.stack.newOrg(running.api);
    const text = Buffer.from(markdown('collected').bytes).toString();
    const { body } = await docket.request<{ id: string; state: string }>(
      'POST',
      '/v1/documents',
      { title: 'Collected', text, mediaType: 'text/markdown' },
      { ...headers, prefer: 'wait=30' },
    );
    expect(body.state).toBe('indexed');
    const services = (all: { service: string; traceId: string }[]): string[] =>
      [...new Set(all.filter((each) => each.traceId === traceId).map(({ service }) => service))].toSorted();
    await until(
      'spans and lines of both came',
      () => [receiver.spans, receiver.logs].every((all) => services(all).length === 2),
      30_000,
    );
    expect(services(receiver.spans)).toEqual(['docket-api', 'docket-worker']);
    expect(services(receiver.logs)).toEqual(['docket-api', 'docket-worker']);
    const names = receiver.trace(traceId).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['POST /v1/documents', 'activity readContent']));
    const messages = receiver.logs.filter((line) => line.traceId === traceId).map(({ body: said }) => said);
    expect(messages).toEqual(expect.arrayContaining(['request', 'run begun', 'workflow ended']));
    expect([...receiver.authorizations]).toEqual([HEADER]);
  });

  it('is a tree that the tool prints from the file the collector writes', () => {
    const main = resolve(import.meta.dirname, '../../tools/trace/main.ts');
    const tree = execFileSync(process.execPath, [main, collector.tracesFile, traceId], { encoding: 'utf8' });
    expect(tree).toMatch(/^docket-api +POST \/v1\/documents /m);
    expect(tree).toMatch(/^docket-worker +activity readContent /m);
  });

  it('leaves with each line what the line has, and nothing else', async () => {
    await until('every line came', () => receiver.logs.length >= linesWritten().length, 30_000);
    const shipped = receiver.logs.map(({ service, severity, timeMs, body, traceId: id, attributes }) => {
      const { 'log.file.name': file, ...rest } = attributes;
      expect(file).toBe(`${service.replace('docket-', '')}.log`);
      return told([service, severity, timeMs, id, { ...rest, msg: body }]);
    });
    const written = linesWritten().map(([service, line]) => {
      if (!line.startsWith('{')) return told([service, '', null, '', { msg: line }]);
      const { level, ts, msg, ctx } = JSON.parse(line) as Line;
      return told([service, level, Date.parse(ts), ctx.traceId ?? '', { level, ts, ctx, msg }]);
    });
    expect(shipped.toSorted()).toEqual(written.toSorted());
  });

  it('leaves with no secret, and the collector says its own to nobody but the backend', () => {
    const secrets = [
      ...secretsGiven(running),
      ['OTLP_BACKEND_HEADER', HEADER],
      ['PLATFORM_OPERATOR_TOKEN', running.stack.operatorToken],
    ];
    expect(secrets.length).toBeGreaterThan(8);
    const shown = [...receiver.bodies, ...collector.output, readFileSync(collector.tracesFile, 'utf8')].join(
      '\n',
    );
    expect(secrets.filter(([, secret]) => shown.includes(secret ?? '')).map(([name]) => name)).toEqual([]);
  });
});
