import { Client, Connection } from '@temporalio/client';
import type { DocketClient } from '../../../tools/client/docket-client.ts';
import { AnthropicStandIn, type MessageRequest, type Turn } from '../../support/anthropic-stand-in.ts';
import { startStack, type RunningStack } from '../../support/stack.ts';
import { startDevServer, type DevServer } from '../../support/temporal-dev-server.ts';
import { until } from '../../support/until.ts';

export const SENTENCE = 'The payroll export runs every night at 02:00.';
export const ARTICLE = `# Payroll exports\n\n${SENTENCE} It takes about four minutes.\n`;
/** 1000 * 2 + 200 * 10, in millionths of a dollar. */
export const COST_OF_A_CALL = 4_000;

export interface EnrichmentAnswer {
  id: string;
  state: string;
  revision: number;
  runId: string;
  error: { code: string; message: string } | null;
  result: {
    answerable: boolean;
    abstainReason: string | null;
    provider: string;
    category: { key: string };
    suggestedReply: { text: string; citations: { quote: string; chunkId: string; marker: number }[] } | null;
  } | null;
  trace: {
    costMicros: number | null;
    repaired: boolean;
    problems: string[];
    calls: { round: number; outcome: string; output: string | null; costMicros: number | null }[];
    passages: { chunkId: string; text: string; label: string }[];
  };
}

export interface Enriched extends EnrichmentAnswer {
  ticketId: string;
}

/** A reply that keeps to the form, with changes. */
export function reply(changes: object = {}): string {
  return JSON.stringify({
    summary: 'Asks when the export runs.',
    language: 'en',
    category: 'question',
    categoryConfidence: 0.9,
    priority: 'normal',
    priorityReason: 'A question.',
    sentiment: 'neutral',
    tags: [],
    team: null,
    answerable: true,
    reply: 'It runs every night at two. [1]',
    citations: [{ marker: 1, passage: 'P1', quote: SENTENCE }],
    ...changes,
  });
}

/** What the model does for one ticket, which counts its own calls. */
export type TicketScript = (call: number, request: MessageRequest) => Turn | Promise<Turn>;

export const GOOD: Turn = { kind: 'answer', text: reply() };

/** Every process real, on a real Temporal server; only the paid provider is stood in for. */
export class TicketBench {
  /** By what stands in the ticket's subject. */
  readonly scripts = new Map<string, TicketScript>();
  readonly callsOf = new Map<string, number>();
  docket!: DocketClient;
  temporal!: Client;
  running!: RunningStack;
  #connection!: Connection;
  #numbered = 0;

  private constructor(
    readonly server: DevServer,
    readonly standIn: AnthropicStandIn,
  ) {}

  static async open(overrides: Record<string, string> = {}): Promise<TicketBench> {
    const server = await startDevServer();
    const bench = new TicketBench(server, await AnthropicStandIn.start(() => GOOD));
    bench.standIn.script = (request) => bench.#turn(request);
    bench.running = await startStack({
      temporalAddress: server.address,
      namespace: server.namespace,
      overrides: {
        ANTHROPIC_API_KEY: 'sk-of-a-test',
        ANTHROPIC_BASE_URL: bench.standIn.url,
        // Two tests wait for it; in all others a machine that stands still for a moment must not look like a silent model.
        MODEL_TIMEOUT_SECONDS: '4',
        ...overrides,
      },
    });
    bench.#connection = await Connection.connect({ address: server.address });
    bench.temporal = new Client({ connection: bench.#connection, namespace: server.namespace });
    bench.docket = (await bench.running.stack.newOrg(bench.running.api)).docket;
    await bench.learn({ title: 'Payroll exports', text: ARTICLE });
    return bench;
  }

  async close(): Promise<void> {
    await this.#connection.close();
    await this.running.stack.stop();
    await this.standIn.stop();
    await this.server.stop();
  }

  /** Adds a document to the organisation's knowledge, and waits until it is searchable. */
  async learn(document: { title: string; text: string }): Promise<string> {
    const { body } = await this.docket.request<{ id: string }>(
      'POST',
      '/v1/documents',
      { ...document, mediaType: 'text/markdown' },
      { prefer: 'wait=30' },
    );
    return body.id;
  }

  /** A name for a ticket of its own, by which the model knows what to do. */
  nameFor(script: TicketScript): string {
    const name = `case-${(this.#numbered += 1)}-end`;
    this.scripts.set(name, script);
    return name;
  }

  /** Sends a ticket under that name. */
  async send(
    name: string,
    body = 'When does the payroll export run every night?',
  ): Promise<{ ticketId: string; runId: string }> {
    const ticket = { externalId: name, subject: `Payroll export ${name}`, body };
    return (await this.docket.request<{ ticketId: string; runId: string }>('POST', '/v1/tickets', ticket))
      .body;
  }

  /** Sends a ticket of its own and waits until its enrichment has ended. */
  async enrich(script: TicketScript): Promise<Enriched> {
    const { ticketId } = await this.send(this.nameFor(script));
    return { ...(await this.ended(ticketId)), ticketId };
  }

  async current(ticketId: string): Promise<EnrichmentAnswer | null> {
    const { body } = await this.docket.request<{ enrichment: EnrichmentAnswer | null }>(
      'GET',
      `/v1/tickets/${ticketId}`,
    );
    return body.enrichment;
  }

  /** The current enrichment with its trace, once it has ended. */
  async ended(ticketId: string): Promise<EnrichmentAnswer> {
    let found: EnrichmentAnswer | null = null;
    await until(
      `the ticket ${ticketId} is enriched`,
      async () => {
        found = await this.current(ticketId);
        return found !== null && !['queued', 'running', 'waiting_for_provider'].includes(found.state);
      },
      40_000,
    );
    const id = (found as EnrichmentAnswer | null)?.id ?? '';
    return (await this.docket.request<EnrichmentAnswer>('GET', `/v1/enrichments/${id}`)).body;
  }

  #turn(request: MessageRequest): Turn | Promise<Turn> {
    const key = [...this.scripts.keys()].find((name) => request.messages[0]?.content.includes(name));
    if (key === undefined) return GOOD;
    const call = (this.callsOf.get(key) ?? 0) + 1;
    this.callsOf.set(key, call);
    return this.scripts.get(key)?.(call, request) ?? GOOD;
  }
}
