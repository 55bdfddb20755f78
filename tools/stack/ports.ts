import { randomInt } from 'node:crypto';
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

/** Binds it for a moment. */
async function isBindable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Both questions are needed: macOS lets one bind loopback beside somebody else's wildcard listener. */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await isListening(port)) && (await isBindable(port));
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

/** Below what systems give to outgoing connections: any of those could take a port between its choice and its use. */
const CHOSEN_FROM = { first: 20_000, end: 32_000 };
const CHOICES = 50;

/** A port that is free and, unlike one that the system chooses, stays so unless somebody asks for that very number. */
export async function anyFreePort(): Promise<number> {
  for (let choice = 1; choice <= CHOICES; choice += 1) {
    const port = randomInt(CHOSEN_FROM.first, CHOSEN_FROM.end);
    if (await isPortFree(port)) return port;
  }
  throw new Error(
    `None of ${CHOICES} ports between ${CHOSEN_FROM.first} and ${CHOSEN_FROM.end} on ${LOOPBACK} is free.`,
  );
}
