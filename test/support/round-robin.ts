import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RoundRobin {
  url: string;
  close(): Promise<void>;
}

/**
 * A load balancer in front of API replicas: each request goes to the next one. It tries nothing again, so a replica that
 * dies shows as 502 to whoever was with it, as behind a real one.
 */
export async function startRoundRobin(port: number, replicas: readonly string[]): Promise<RoundRobin> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const replica = replicas[turn % replicas.length] ?? '';
    turn += 1;
    forward(replica, incoming, outgoing);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(replica: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url = '/', headers } = incoming;
  const onward = request(`${replica}${url}`, { ...(method ? { method } : {}), headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.once('error', () => outgoing.destroy()).pipe(outgoing);
  });
  onward.once('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  // A client that goes in the middle of a request takes its connection to the replica along.
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) onward.destroy();
  });
  incoming.pipe(onward);
}
