import { parseTypeId } from '@docket/domain/ids/type-id';
import { setTimeout as pause } from 'node:timers/promises';
import { inParallel } from '../../tools/client/in-parallel.ts';
import { ARTICLE, reply } from '../end-to-end/support/tickets.ts';
import { AnthropicStandIn, type Turn } from './anthropic-stand-in.ts';
import { startStack, type RunningStack } from './stack.ts';
import { startDevServer, type DevServer } from './temporal-dev-server.ts';
import { until } from './until.ts';

export interface OutageOptions {
  tickets: number;
  outageMs: number;
  /** What the provider allows, calls a second, and how many may be saved up. */
  perSecond: number;
  burst: number;
  workers: 1 | 2;
  /** Kills the second worker when a quarter of the tickets is done. */
  kill: boolean;
}

export interface OutageFigures {
  ready: number;
  /** Every state that a ticket ended in but `ready`. */
  otherwise: string[];
  /** Calls that brought no answer, or a second answer to one question; and what they met. */
  wasted: number;
  wastedWhileAway: number;
  wastedOnLimits: number;
  drainMs: number;
  /** Time in which the provider allows as many calls. */
  allowedMs: number;
}

const SENT_AT_ONCE = 10;

/**
 * Tickets that come while the provider is away, with every process real: what became of them, and what it cost. The stand-in
 * limits the rate as Anthropic does: a bucket that fills continuously, and a Retry-After in whole seconds.
 */
export async function playOutage(options: OutageOptions): Promise<OutageFigures> {
  const bucket = new Bucket(options.perSecond, options.burst);
  const standIn = await AnthropicStandIn.start(() => bucket.turn());
  let server: DevServer | null = null;
  let running: RunningStack | null = null;
  try {
    server = await startDevServer();
    running = await startStack({
      temporalAddress: server.address,
      namespace: server.namespace,
      overrides: { ANTHROPIC_API_KEY: 'sk-of-a-test', ANTHROPIC_BASE_URL: standIn.url },
    });
    if (options.kill) await running.stack.scheduleSweeps();
    return await play(options, running, standIn, bucket);
  } finally {
    await running?.stack.stop();
    await server?.stop();
    await standIn.stop();
  }
}

async function play(
  options: OutageOptions,
  { stack, api }: RunningStack,
  standIn: AnthropicStandIn,
  bucket: Bucket,
): Promise<OutageFigures> {
  const { tickets, outageMs, perSecond, burst } = options;
  const second = options.workers === 2 ? await stack.startWorker() : null;
  const { orgId, docket } = await stack.newOrg(api);
  const document = { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' };
  await docket.request('POST', '/v1/documents', document, { prefer: 'wait=30' });
  standIn.isAway = true;
  const awayUntil = performance.now() + outageMs;
  const numbers = Array.from({ length: tickets }, (_, index) => index);
  await inParallel(numbers, SENT_AT_ONCE, async (number) => {
    await docket.request('POST', '/v1/tickets', {
      externalId: `outage-${number}`,
      subject: `Payroll export ${number}`,
      body: 'When does the payroll export run every night?',
    });
  });
  await pause(Math.max(0, awayUntil - performance.now()));
  bucket.fill();
  standIn.isAway = false;
  const backAt = performance.now();
  const states = async (): Promise<Map<string, number>> => {
    const rows = await stack.database.asAdmin<{ state: string; n: number }>(
      'select state, count(*)::integer as n from enrichments where org_id = $1 group by state',
      [parseTypeId('org', orgId)],
    );
    return new Map(rows.map(({ state, n }) => [state, n]));
  };
  const isOpen = (found: Map<string, number>): boolean =>
    ['queued', 'running', 'waiting_for_provider'].some((state) => found.has(state));
  let isKilled = !options.kill;
  let found = await states();
  await until(
    'every ticket has ended',
    async () => {
      await pause(250);
      found = await states();
      if (!isKilled && (found.get('ready') ?? 0) >= tickets / 4) {
        isKilled = true;
        await second?.kill();
      }
      return !isOpen(found);
    },
    (5 * tickets * 1_000) / perSecond,
  );
  return {
    ready: found.get('ready') ?? 0,
    otherwise: [...found.keys()].filter((state) => state !== 'ready'),
    wasted: standIn.asksInVain + standIn.asked.length - tickets,
    wastedWhileAway: standIn.asksInVain,
    wastedOnLimits: bucket.refused,
    drainMs: performance.now() - backAt,
    allowedMs: ((tickets - burst) / perSecond) * 1_000,
  };
}

class Bucket {
  refused = 0;
  #tokens = 0;
  #at = performance.now();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  fill(): void {
    this.#tokens = this.burst;
    this.#at = performance.now();
  }

  turn(): Turn {
    const now = performance.now();
    this.#tokens = Math.min(this.burst, this.#tokens + (this.perSecond * (now - this.#at)) / 1_000);
    this.#at = now;
    if (this.#tokens < 1) {
      this.refused += 1;
      const seconds = Math.ceil((1 - this.#tokens) / this.perSecond);
      return { kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: String(seconds) };
    }
    this.#tokens -= 1;
    return { kind: 'answer', text: reply(), delayMs: 300 };
  }
}
