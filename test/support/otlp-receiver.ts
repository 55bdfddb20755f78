import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { appendFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { spansOf, type ReceivedSpan } from '../../tools/trace/otlp-spans.ts';
import { logsOf, type ReceivedLog } from './otlp-logs.ts';

export type { ReceivedSpan } from '../../tools/trace/otlp-spans.ts';

/** `takes`: as a collector does; `refuses`: 503 to everything; `hangs`: takes the request and never answers. */
export type CollectorMood = 'takes' | 'refuses' | 'hangs';

const PATHS = new Set(['/v1/traces', '/v1/logs']);

/**
 * Stands in for a collector in tests: a server on this machine that speaks OTLP over HTTP with JSON, and keeps what it was
 * sent.
 */
export class OtlpReceiver {
  /** Each request's body as it came. */
  readonly bodies: string[] = [];
  readonly spans: ReceivedSpan[] = [];
  readonly logs: ReceivedLog[] = [];
  readonly authorizations = new Set<string>();
  /** Requests, answered or not. */
  asked = 0;
  mood: CollectorMood = 'takes';
  /** Where messages are kept as well, one a line, as a collector's file exporter writes them. */
  file: string | null = null;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
  }

  static async start(port = 0): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(port, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, in the order of their beginnings. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans
      .filter((span) => span.traceId === traceId)
      .toSorted((one, other) => one.startMs - other.startMs);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.mood === 'hangs') return;
    const isKnown = request.method === 'POST' && PATHS.has(request.url ?? '');
    if (this.mood === 'refuses' || !isKnown) {
      response.writeHead(this.mood === 'refuses' ? 503 : 404).end();
      return;
    }
    if (request.headers.authorization) this.authorizations.add(request.headers.authorization);
    const bytes = Buffer.concat(chunks);
    this.#keep(
      request.url === '/v1/logs',
      (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8'),
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }

  #keep(isOfLogs: boolean, body: string): void {
    this.bodies.push(body);
    if (isOfLogs) this.logs.push(...logsOf(body));
    else this.spans.push(...spansOf(body));
    if (this.file !== null) appendFileSync(this.file, `${body}\n`);
  }
}
