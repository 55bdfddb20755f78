import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a database that can be held up or cut off, which the server of tests itself cannot be. */
export class CutOff {
  /** The database by this way. */
  url = '';
  /** What has been sent to the database. */
  sent = '';
  #server: Server | undefined;
  readonly #pairs: [Socket, Socket][] = [];

  /** @param to address of the database */
  constructor(private readonly to: string) {}

  /** Listens where it did before, if it did. */
  async open(): Promise<void> {
    const { hostname, port } = new URL(this.to);
    this.#server = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.on('data', (data) => (this.sent += data.toString('latin1')));
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far);
      far.pipe(near);
      this.#pairs.push([near, far]);
    });
    this.#server.listen(this.url === '' ? 0 : Number(new URL(this.url).port), '127.0.0.1');
    await once(this.#server, 'listening');
    const url = new URL(this.to);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    this.url = url.href;
  }

  /** Holds back what the database answers from now on. */
  hold(): void {
    for (const [near, far] of this.#pairs) far.unpipe(near);
  }

  release(): void {
    for (const [near, far] of this.#pairs) far.pipe(near);
  }

  /** Ends every connection, without a word of the database. */
  cut(how: 'destroy' | 'resetAndDestroy'): void {
    for (const [near, far] of this.#pairs.splice(0)) {
      near[how]();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut('destroy');
    this.#server?.close();
    if (this.#server) await once(this.#server, 'close');
  }
}
