import { createLogger } from '@docket/platform/logging/logger';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Collector } from '../support/collector.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const LINES_EVERY_MS = 10;
const LINES_AT_ONCE = 5;

let folder: string;
let receiver: OtlpReceiver;
let collector: Collector;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docket-collector-'));
  receiver = await OtlpReceiver.start();
  collector = await Collector.in(folder, {
    OTLP_BACKEND: receiver.url,
    OTLP_BACKEND_HEADER: 'Basic b2YgYSB0ZXN0',
    OTLP_BACKEND_ENCODING: 'json',
  });
  await collector.start();
});

afterAll(async () => {
  await collector.kill();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes lines with a number each, as a worker does, while something else goes on; says how many there were. */
async function writeLinesDuring(name: string, work: () => Promise<void>): Promise<number> {
  const path = join(collector.logsDir, 'worker.log');
  const logger = createLogger('info', 'worker', { write: (line) => appendFileSync(path, line) });
  let [written, isOver] = [0, false];
  const writing = (async () => {
    while (!isOver) {
      for (let line = 0; line < LINES_AT_ONCE; line += 1) logger.info({ [name]: (written += 1) }, 'a line');
      await setTimeout(LINES_EVERY_MS);
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await writing;
  }
  return written;
}

/** How often each line of that name has come. */
function cameOf(name: string): Map<number, number> {
  const came = new Map<number, number>();
  for (const { attributes } of receiver.logs) {
    const number = (attributes['ctx'] as Record<string, unknown> | undefined)?.[name];
    if (typeof number === 'number') came.set(number, (came.get(number) ?? 0) + 1);
  }
  return came;
}

async function untilAllCame(name: string, written: number): Promise<{ lost: number[]; doubled: number }> {
  const came = (): Map<number, number> => cameOf(name);
  await until(`${written} lines of ${name} came`, () => came().size >= written, 60_000).catch(
    () => undefined,
  );
  const lost = Array.from({ length: written }, (_, index) => index + 1).filter((each) => !came().has(each));
  return { lost, doubled: [...came().values()].filter((times) => times > 1).length };
}

const untilMore = async (name: string): Promise<void> => {
  const before = cameOf(name).size;
  await until(`more of ${name} came`, () => cameOf(name).size > before, 30_000);
};

describe('the logs, on a real collector', () => {
  it('has a configuration that the collector takes, without a word against it', () => {
    expect(collector.validate()).toEqual({ isValid: true, said: '' });
  });

  it('come all and once over a restart in good order', async () => {
    const written = await writeLinesDuring('orderly', async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await untilMore('orderly');
        await collector.stop();
        await collector.start();
      }
    });
    expect(await untilAllCame('orderly', written)).toEqual({ lost: [], doubled: 0 });
  });

  it('come all over crashes, from files that were rotated meanwhile, too; few of them twice', async () => {
    const log = join(collector.logsDir, 'worker.log');
    const crashes = 6;
    const written = await writeLinesDuring('crashing', async () => {
      for (let turn = 0; turn < crashes; turn += 1) {
        await untilMore('crashing');
        // At any moment of what it does, which goes round in less than a quarter of a second.
        await setTimeout(Math.random() * 300);
        await collector.kill();
        if (turn % 2 === 0) renameSync(log, `${log}.${turn + 1}`);
        await setTimeout(200);
        await collector.start();
      }
    });
    const { lost, doubled } = await untilAllCame('crashing', written);
    expect(lost).toEqual([]);
    expect(doubled).toBeLessThan(written / 4);
  });

  it('wait while the backend is away, in a collector that is killed meanwhile, too', async () => {
    const port = Number(new URL(receiver.url).port);
    const { logs } = receiver;
    const written = await writeLinesDuring('waiting', async () => {
      await untilMore('waiting');
      await receiver.stop();
      await setTimeout(3_000);
      await collector.kill();
      await collector.start();
      await setTimeout(3_000);
    });
    receiver = await OtlpReceiver.start(port);
    receiver.logs.push(...logs);
    expect((await untilAllCame('waiting', written)).lost).toEqual([]);
  });

  it('come as they stand where they are no JSON, and of every level with its severity', async () => {
    const path = join(collector.logsDir, 'api.log');
    const logger = createLogger('trace', 'api', { write: (line) => appendFileSync(path, line) });
    const crash = ['Error: out of the blue', '    at main (file:///main.js:1:2)', '{"level":"info","ts":"20'];
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level]('told');
    appendFileSync(path, `${crash.join('\n')}\n`);
    const ofApi = () => receiver.logs.filter(({ service }) => service === 'docket-api');
    await until('they came', () => ofApi().length === 9, 30_000);
    expect(ofApi().map(({ severity, body }) => [severity, body])).toEqual([
      ...['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, 'told']),
      ...crash.map((line) => ['', line]),
    ]);
    const told = JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '') as { ts: string };
    expect(ofApi()[0]).toMatchObject({ timeMs: Date.parse(told.ts), namespace: 'docket' });
  });
});

describe('a backend that is not asked to take JSON', () => {
  it('gets protobuf, with the trace of a line where it belongs', async () => {
    const bodies: Buffer[] = [];
    const types = new Set<string | undefined>();
    const backend = createServer((request, response) => {
      types.add(request.headers['content-type']);
      request.on('data', (chunk: Buffer) => bodies.push(chunk));
      request.on('end', () => response.writeHead(200).end());
    }).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    const other = await Collector.in(mkdtempSync(join(folder, 'protobuf-')), {
      OTLP_BACKEND: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`,
      OTLP_BACKEND_HEADER: 'Basic b2YgYSB0ZXN0',
    });
    try {
      await other.start();
      const line = { level: 'info', ts: '2026-11-22T01:45:22.956Z', msg: 'of a trace' };
      const traceId = '0e5fe2f300973bc5cbd1c0eefb6ae642';
      appendFileSync(join(other.logsDir, 'api.log'), `${JSON.stringify({ ...line, ctx: { traceId } })}\n`);
      await until('it came', () => bodies.length > 0, 30_000);
      const message = gunzipSync(Buffer.concat(bodies));
      expect(types).toEqual(new Set(['application/x-protobuf']));
      // As bytes: the field of the record. In the attributes it stands as text.
      expect(message.includes(Buffer.from(traceId, 'hex'))).toBe(true);
      expect(message.includes('of a trace')).toBe(true);
    } finally {
      await other.kill();
      backend.close();
    }
  });
});
