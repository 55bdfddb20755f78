import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RoundRobin {
  url: string;
  /** Balances over these from now on. */
  use(replicas: readonly string[]): void;
  close(): Promise<void>;
}

/** How often replicas are asked whether they want requests. */
const PROBE_MS = 200;

/**
 * A load balancer in front of API replicas: each request goes to the next one. It tries nothing again, so a replica that
 * dies shows as 502 to whoever was with it, as behind a real one.
 *
 * @param probed leave out replicas that do not answer 200 at `/ready`
 */
export async function startRoundRobin(
  port: number,
  replicas: readonly string[],
  { probed = false } = {},
): Promise<RoundRobin> {
  let turn = 0;
  let known = replicas;
  let serving = replicas;
  const server = createServer((incoming, outgoing) => {
    const replica = serving[turn % serving.length] ?? '';
    turn += 1;
    forward(replica, incoming, outgoing);
  });
  const probing = setInterval(() => {
    if (!probed) return;
    const asked = known;
    void Promise.all(asked.map(isReady)).then((ready) => {
      if (asked === known) serving = asked.filter((_, index) => ready[index]);
    });
  }, PROBE_MS);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    use(next) {
      known = serving = next;
    },
    async close() {
      clearInterval(probing);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function isReady(replica: string): Promise<boolean> {
  try {
    return (await fetch(`${replica}/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
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
