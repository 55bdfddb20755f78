import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface EmbeddingRequest {
  path: string | undefined;
  authorization: string | undefined;
  body: { model: string; input: string[]; input_type?: string; output_dimension?: number };
}

/** What the server does to one request instead of answering it well. */
export type Trouble = (request: EmbeddingRequest, response: ServerResponse) => boolean;

export interface EmbeddingServer {
  url: string;
  requests: EmbeddingRequest[];
  /** Asked before each request; answers it and returns true, or returns false to let it pass. */
  trouble: Trouble;
  /** Milliseconds to think before each answer. */
  delayMs: () => number;
  close(): Promise<void>;
}

/**
 * Speaks the wire format of Voyage AI's and OpenAI's embeddings on 127.0.0.1. Its vectors are no model's: letters are
 * counted, so equal texts have equal vectors and like texts like ones.
 */
export async function startEmbeddingServer(dimension: number): Promise<EmbeddingServer> {
  const handle: EmbeddingServer = {
    url: '',
    requests: [],
    trouble: () => false,
    delayMs: () => 0,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then(async (request) => {
      await setTimeout(handle.delayMs());
      handle.requests.push(request);
      if (!handle.trouble(request, response)) sendJson(response, 200, answerTo(request, dimension));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  handle.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return handle;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function answerTo({ body }: EmbeddingRequest, dimension: number) {
  const data = body.input.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: lettersOf(text, dimension),
  }));
  return { object: 'list', data, model: body.model, usage: { total_tokens: body.input.join(' ').length } };
}

function lettersOf(text: string, dimension: number): number[] {
  const counts = new Array<number>(dimension).fill(0.01);
  for (const letter of text.toLowerCase()) {
    const place = (letter.codePointAt(0) ?? 0) % dimension;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

async function readRequest(incoming: IncomingMessage): Promise<EmbeddingRequest> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  const { authorization } = incoming.headers;
  return { path: incoming.url, authorization, body: JSON.parse(text) as EmbeddingRequest['body'] };
}
