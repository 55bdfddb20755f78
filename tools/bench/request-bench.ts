import { Agent, get } from 'node:http';
import { runBareApi } from './bare/run-bare-api.ts';
import { percentile, rounded } from './percentiles.ts';

/** Requests under way at once: enough that the API is never without one. */
const AT_ONCE = 16;
/** Each side is asked in turns, so that what the machine does meanwhile weighs on both. */
const ROUNDS = 4;
/** Before anything is counted: a side is not compiled by its first requests. */
const WARM_MS = 4_000;
/** What is offered in the last part, whether or not it is answered in time. */
const OFFERED_PER_SECOND = 1_000;
/** Timers are no finer than this. */
const OFFERED_EVERY_MS = 5;

export interface RequestRate {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
}

export interface RequestCost {
  /** `GET /health`: the API's way through hooks and guard, without a credential and without the database. */
  healthRoute: RequestRate;
  /** One row by its id from a Nest application that does nothing else. */
  bareRead: RequestRate;
  /** One row by its id, with an API key: the key looked up, the limits counted, the row read as its organisation. */
  authenticatedRead: RequestRate;
  /** Throughput of the third to that of the second. */
  ratio: number;
  /** The same read with a thousand requests a second offered. */
  offered: RequestRate;
}

export interface MeasuredRead {
  apiUrl: string;
  /** `postgres:` address as a user that sees the row without a tenant. */
  databaseAdminUrl: string;
  collection: { id: string; rowId: string };
  apiKey: string;
}

/** What the credential and the organisation's policies cost a request, beside routes that have neither. */
export async function measureRequests(read: MeasuredRead, seconds: number): Promise<RequestCost> {
  const bare = await runBareApi(read.databaseAdminUrl);
  const agent = new Agent({ keepAlive: true });
  const { id, rowId } = read.collection;
  const sides = {
    health: sideOf(`${read.apiUrl}/health`),
    bare: sideOf(`${bare.url}/rows/${rowId}`),
    read: sideOf(`${read.apiUrl}/v1/collections/${id}`, { authorization: `Bearer ${read.apiKey}` }),
  };
  try {
    for (const side of Object.values(sides)) await askFor(agent, side, WARM_MS);
    for (const side of Object.values(sides)) Object.assign(side, { times: [], spentMs: 0 });
    for (let round = 0; round < ROUNDS; round += 1)
      for (const side of Object.values(sides)) await askFor(agent, side, (seconds * 1_000) / ROUNDS);
    const offered = sideOf(sides.read.url, sides.read.headers);
    await offer(agent, offered, seconds * 1_000);
    const [bareRead, authenticatedRead] = [rateOf(sides.bare), rateOf(sides.read)];
    return {
      healthRoute: rateOf(sides.health),
      bareRead,
      authenticatedRead,
      ratio: rounded(authenticatedRead.perSecond / bareRead.perSecond, 2),
      offered: rateOf(offered),
    };
  } finally {
    agent.destroy();
    await bare.stop();
  }
}

interface Side {
  url: string;
  headers: Record<string, string>;
  times: number[];
  spentMs: number;
}

function sideOf(url: string, headers: Record<string, string> = {}): Side {
  return { url, headers, times: [], spentMs: 0 };
}

async function askFor(agent: Agent, side: Side, durationMs: number): Promise<void> {
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - begun < durationMs) await ask(agent, side);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  side.spentMs += performance.now() - begun;
}

/** Asks at a steady rate without waiting for answers; what falls behind is made up for, so that the rate holds. */
async function offer(agent: Agent, side: Side, durationMs: number): Promise<void> {
  const begun = performance.now();
  const asked: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const passedMs = Math.min(performance.now() - begun, durationMs);
      const due = Math.floor((passedMs * OFFERED_PER_SECOND) / 1_000);
      while (asked.length < due) asked.push(ask(agent, side));
      if (passedMs < durationMs) return;
      clearInterval(timer);
      resolve();
    }, OFFERED_EVERY_MS);
  });
  await Promise.all(asked);
  side.spentMs += performance.now() - begun;
}

/** Node's own client: `fetch` would cost more than what is measured. */
async function ask(agent: Agent, { url, headers, times }: Side): Promise<void> {
  const asked = performance.now();
  await new Promise<void>((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume().once('end', resolve).once('error', reject);
    }).once('error', reject);
  });
  times.push(performance.now() - asked);
}

function rateOf({ times, spentMs }: Side): RequestRate {
  return {
    perSecond: rounded((times.length * 1_000) / spentMs, 0),
    p50Ms: rounded(percentile(times, 0.5), 2),
    p95Ms: rounded(percentile(times, 0.95), 2),
  };
}
