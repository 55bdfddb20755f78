import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach } from '@jest/globals';

export interface Reply {
  readonly status?: number;
  readonly body: string;
}

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface PreparedServer {
  url: string;
  readonly replies: Reply[];
  readonly seen: Seen[];
}

/** A server for each test that gives the replies it was prepared with, in order. Call at the top of a file. */
export function preparedServer(): PreparedServer {
  const prepared: PreparedServer = { url: '', replies: [], seen: [] };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      prepared.seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      const { status = 200, body: answer } = prepared.replies.shift() ?? { status: 500, body: 'unprepared' };
      response.writeHead(status, { connection: 'close' }).end(answer);
    });
  });
  beforeEach(async () => {
    prepared.replies.length = 0;
    prepared.seen.length = 0;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    prepared.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterEach(async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
  return prepared;
}
