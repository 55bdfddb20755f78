import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RerankRequest {
  path: string | undefined;
  authorization: string | undefined;
  body: { model: string; query: string; documents: string[]; top_n?: number; truncation?: boolean };
}

export interface RerankServer {
  url: string;
  requests: RerankRequest[];
  /** Asked before each request; answers it, or leaves it without an answer, and returns true; or returns false to let it pass. */
  trouble: (request: RerankRequest, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

/**
 * Speaks the wire formats of Voyage AI's and Cohere's rerankers on 127.0.0.1, told apart by what only one of them sends. It
 * is no model: the longer a text, the better it answers.
 */
export async function startRerankServer(): Promise<RerankServer> {
  const handle: RerankServer = {
    url: '',
    requests: [],
    trouble: () => false,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      handle.requests.push(request);
      if (!handle.trouble(request, response)) sendJson(response, 200, answerTo(request));
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

/** Best first, as both do; the number says which text is meant. */
export function scoredBestFirst(texts: readonly string[]) {
  const longest = Math.max(1, ...texts.map((text) => text.length));
  return texts
    .map((text, index) => ({ index, relevance_score: text.length / longest }))
    .sort((one, other) => other.relevance_score - one.relevance_score);
}

function answerTo({ body }: RerankRequest): object {
  const scored = scoredBestFirst(body.documents);
  const isCohere = body.top_n !== undefined;
  return isCohere
    ? { id: 'one', results: scored, meta: { billed_units: { search_units: 1 } } }
    : { object: 'list', data: scored, model: body.model, usage: { total_tokens: 1 } };
}

async function readRequest(incoming: IncomingMessage): Promise<RerankRequest> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  const { authorization } = incoming.headers;
  return { path: incoming.url, authorization, body: JSON.parse(text) as RerankRequest['body'] };
}
