import { GOOD } from '../end-to-end/support/tickets.ts';
import { AnthropicStandIn } from './anthropic-stand-in.ts';
import { SingleTickets } from './single-tickets.ts';
import { startStack, type RunningStack } from './stack.ts';
import { startDevServer } from './temporal-dev-server.ts';

export interface FloodOptions {
  /** Tickets of the small organisation, before the flood and in it, and how many a second. */
  tickets: number;
  perSecond: number;
  /** How many times as much the other one sends. */
  times: number;
}

export interface FloodFigures {
  /** Milliseconds from a ticket's request to its enrichment. */
  idleP95: number;
  floodedP95: number;
  /** Of the organisation that floods. */
  floodP95: number;
}

/** One organisation floods while another sends as ever; every process real, and a model that takes its time. */
export async function playFlood({ tickets, perSecond, times }: FloodOptions): Promise<FloodFigures> {
  const standIn = await AnthropicStandIn.start(() => ({ ...GOOD, delayMs: 300 }) as typeof GOOD);
  const server = await startDevServer();
  let running: RunningStack | null = null;
  try {
    running = await startStack({
      temporalAddress: server.address,
      namespace: server.namespace,
      overrides: { ANTHROPIC_API_KEY: 'sk-of-a-test', ANTHROPIC_BASE_URL: standIn.url },
    });
    const { stack, api } = running;
    const small = await SingleTickets.of((await stack.newOrg(api)).docket);
    const large = await SingleTickets.of((await stack.newOrg(api)).docket);
    // Warm: the first tickets pay for connections, plans and caches.
    await small.send(5, perSecond);
    const idleP95 = await small.send(tickets, perSecond);
    const flood = large.send(tickets * times, perSecond * times);
    const floodedP95 = await small.send(tickets, perSecond);
    return { idleP95, floodedP95, floodP95: await flood };
  } finally {
    await running?.stack.stop();
    await server.stop();
    await standIn.stop();
  }
}
