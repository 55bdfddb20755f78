import { connect, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** What `make up` uses unless it is taken. Postgres keeps off 5432, where a machine's own one lives. */
export const DEFAULT_PORTS = {
  api: 8080,
  worker: 8081,
  postgres: 54329,
  temporal: 7233,
  temporalUi: 8233,
} as const;

export type PortName = keyof typeof DEFAULT_PORTS;

export const PORT_NAMES = [
  'api',
  'worker',
  'postgres',
  'temporal',
  'temporalUi',
] as const satisfies PortName[];

export async function isListening(port: number, host = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    // A loopback connect is answered at once; the limit is for a remote host behind a silent firewall.
    const socket = connect({ port, host, timeout: 2_000 });
    const settle = (listening: boolean) => () => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', settle(true));
    socket.once('error', settle(false));
    socket.once('timeout', settle(false));
  });
}

/** Binds a port for a moment; 0 lets the system choose. Undefined when it cannot be had. */
async function bindable(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' ? address?.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

/** Both questions are needed: macOS lets one bind loopback beside somebody else's wildcard listener. */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await isListening(port)) && (await bindable(port)) !== undefined;
}

/** The first wish that can be had, in order; undefined when none can. Each is tried once. */
export async function choosePort(
  wishes: readonly (number | undefined)[],
  isAvailable: (port: number) => Promise<boolean>,
): Promise<number | undefined> {
  for (const port of new Set(wishes)) {
    if (port !== undefined && (await isAvailable(port))) return port;
  }
  return undefined;
}

export async function anyFreePort(): Promise<number> {
  const port = await bindable(0);
  if (port === undefined) throw new Error(`No port can be bound on ${LOOPBACK}.`);
  return port;
}
