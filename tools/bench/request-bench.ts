import { Agent, get } from 'node:http';
import { percentile, rounded } from './percentiles.ts';

/** Requests under way at once: enough that the API is never without one. */
const AT_ONCE = 16;
/** Each side is asked in turns, so that what the machine does meanwhile weighs on both. */
const ROUNDS = 4;

export interface RequestRate {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
}

export interface RequestCost {
  /** `GET /health`: Nest's way through hook and guard, without a credential and without the database. */
  bareRoute: RequestRate;
  /** One row by its id, with an API key: the key looked up, the limits counted, two transactions of the organisation. */
  authenticatedRead: RequestRate;
  /** Throughput of the second to that of the first. */
  ratio: number;
}

/** What the credential and the organisation's transaction cost a request, beside a route that has neither. */
export async function measureRequests(
  apiUrl: string,
  read: { path: string; apiKey: string },
  seconds: number,
): Promise<RequestCost> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const sides = {
    bare: { url: `${apiUrl}/health`, headers: {}, times: [] as number[], spentMs: 0 },
    read: {
      url: `${apiUrl}${read.path}`,
      headers: { authorization: `Bearer ${read.apiKey}` },
      times: [] as number[],
      spentMs: 0,
    },
  };
  try {
    for (const side of Object.values(sides)) await askFor(agent, side, 500);
    for (const side of Object.values(sides)) Object.assign(side, { times: [], spentMs: 0 });
    for (let round = 0; round < ROUNDS; round += 1)
      for (const side of Object.values(sides)) await askFor(agent, side, (seconds * 1_000) / ROUNDS);
  } finally {
    agent.destroy();
  }
  const [bareRoute, authenticatedRead] = [rateOf(sides.bare), rateOf(sides.read)];
  return {
    bareRoute,
    authenticatedRead,
    ratio: rounded(authenticatedRead.perSecond / bareRoute.perSecond, 2),
  };
}

interface Side {
  url: string;
  headers: Record<string, string>;
  times: number[];
  spentMs: number;
}

async function askFor(agent: Agent, side: Side, durationMs: number): Promise<void> {
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - begun < durationMs) {
      const asked = performance.now();
      await ask(agent, side);
      side.times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  side.spentMs += performance.now() - begun;
}

/** Node's own client: `fetch` would cost more than what is measured. */
async function ask(agent: Agent, { url, headers }: Side): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume().once('end', resolve).once('error', reject);
    }).once('error', reject);
  });
}

function rateOf({ times, spentMs }: Side): RequestRate {
  return {
    perSecond: rounded((times.length * 1_000) / spentMs, 0),
    p50Ms: rounded(percentile(times, 0.5), 2),
    p95Ms: rounded(percentile(times, 0.95), 2),
  };
}
