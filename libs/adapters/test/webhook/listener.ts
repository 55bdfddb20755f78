import { createServer, type Server, type Socket } from 'node:net';

/** Listens on both addresses of this machine, at one port, and counts who connects; it hangs up on everybody. */
export class Listener {
  connections = 0;
  readonly port: number;
  readonly #servers: Server[];

  private constructor(servers: Server[], port: number) {
    this.#servers = servers;
    this.port = port;
  }

  static async open(): Promise<Listener> {
    let count = (): void => undefined;
    const hangUp = (socket: Socket): void => {
      count();
      socket.on('error', () => undefined).destroy();
    };
    const [first, second] = [createServer(hangUp), createServer(hangUp)];
    const port = await listening(first, '127.0.0.1', 0);
    const listener = new Listener([first, second], port);
    await listening(second, '::1', port);
    count = () => void (listener.connections += 1);
    return listener;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    );
  }
}

async function listening(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port, ipv6Only: host === '::1' }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
