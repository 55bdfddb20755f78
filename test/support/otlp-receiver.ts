import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it came over the wire, with the service that sent it. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty for the first of a trace. */
  parentSpanId: string;
  name: string;
  kind: number;
  service: string;
  version: string;
  attributes: Record<string, string | number | boolean | null>;
  /** Milliseconds since 1970. */
  startMs: number;
  endMs: number;
  isError: boolean;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
}

interface WireSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Attribute[];
  status?: { code?: number };
}

interface TraceRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: WireSpan[] }[];
  }[];
}

/** `takes`: as a collector does; `refuses`: 503 to everything; `hangs`: takes the request and never answers. */
export type CollectorMood = 'takes' | 'refuses' | 'hangs';

/**
 * Stands in for a collector in tests: a server on this machine that speaks OTLP over HTTP with JSON, and keeps what it was
 * sent.
 */
export class OtlpReceiver {
  /** Each request's body as it came. */
  readonly bodies: string[] = [];
  readonly spans: ReceivedSpan[] = [];
  readonly authorizations = new Set<string>();
  /** Requests, answered or not. */
  asked = 0;
  mood: CollectorMood = 'takes';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(0, '127.0.0.1');
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
    if (this.mood === 'refuses' || request.method !== 'POST' || request.url !== '/v1/traces') {
      response.writeHead(this.mood === 'refuses' ? 503 : 404).end();
      return;
    }
    const body = Buffer.concat(chunks).toString('utf8');
    this.bodies.push(body);
    if (request.headers.authorization) this.authorizations.add(request.headers.authorization);
    this.spans.push(...spansOf(JSON.parse(body) as TraceRequest));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }
}

function spansOf({ resourceSpans }: TraceRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const { 'service.name': service, 'service.version': version } = attributesOf(resource.attributes);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        name: span.name,
        kind: span.kind,
        service: String(service),
        version: String(version),
        attributes: attributesOf(span.attributes ?? []),
        startMs: Number(span.startTimeUnixNano) / 1e6,
        endMs: Number(span.endTimeUnixNano) / 1e6,
        isError: span.status?.code === 2,
      })),
    );
  });
}

function attributesOf(attributes: readonly Attribute[]): ReceivedSpan['attributes'] {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue ?? null) : Number(intValue)),
    ]),
  );
}
