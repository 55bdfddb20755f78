import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A request as it came, with its body parsed. */
export interface JsonRequest<Body> {
  path: string | undefined;
  authorization: string | undefined;
  body: Body;
}

/** What the server does to one request instead of answering it well. */
export type Trouble<Body> = (request: JsonRequest<Body>, response: ServerResponse) => boolean;

export interface JsonServer<Body> {
  url: string;
  requests: JsonRequest<Body>[];
  /** Asked before each request; answers it, or leaves it without an answer, and returns true; or returns false to let it pass. */
  trouble: Trouble<Body>;
  /** Milliseconds to think before each answer. */
  delayMs: () => number;
  close(): Promise<void>;
}

/** A server on 127.0.0.1 that stands in for a paid one: it takes JSON, and gives what `answerTo` says. */
export async function startJsonServer<Body>(
  answerTo: (request: JsonRequest<Body>) => object,
): Promise<JsonServer<Body>> {
  const handle: JsonServer<Body> = {
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
    void readRequest<Body>(incoming).then(async (request) => {
      await setTimeout(handle.delayMs());
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

async function readRequest<Body>(incoming: IncomingMessage): Promise<JsonRequest<Body>> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  const { authorization } = incoming.headers;
  return { path: incoming.url, authorization, body: JSON.parse(text) as Body };
}
