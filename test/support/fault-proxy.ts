import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What goes wrong with a request:
 * `hang`: no answer, ever. `slow_down`: the store asks for a pause. `cut`: the connection ends in the middle of the
 * answer's body. `stall`: the body stops in the middle. `cut_after`: the store does it, and the answer is lost.
 * `reset_kept`: a connection that was used before is closed instead of answered.
 */
export type Fault = 'hang' | 'slow_down' | 'cut' | 'stall' | 'cut_after' | 'reset_kept';

/** A way to a store on which things go wrong when they are told to. Requests pass unchanged, host and signature too. */
export class FaultProxy {
  /** Decides for each request; by default none fails. */
  fault: (request: { method: string; path: string }) => Fault | null = () => null;
  /** The host name that the store is asked for in place of the client's. */
  rename: string | null = null;
  /** Requests that came, failed ones included. */
  requests = 0;
  readonly #target: URL;
  readonly #server: Server;
  readonly #used = new WeakSet<Socket>();

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.requests += 1;
    const wasUsed = this.#used.has(incoming.socket);
    this.#used.add(incoming.socket);
    const fault = this.fault({ method: incoming.method ?? '', path: incoming.url ?? '' });
    if (fault === 'hang') return void incoming.resume();
    if (fault === 'slow_down') return slowDown(incoming, outgoing);
    if (fault === 'reset_kept' && wasUsed) return void incoming.socket.destroy();
    const onward = request(
      {
        host: this.#target.hostname,
        port: this.#target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, ...(this.rename === null ? {} : { host: this.rename }) },
      },
      (answer) => {
        if (fault === 'cut_after') return void outgoing.destroy();
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        if (fault === 'cut' || fault === 'stall') return halve(answer, outgoing, fault);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.on('close', () => incoming.complete || onward.destroy());
    incoming.pipe(onward);
  }
}

function slowDown(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  outgoing.writeHead(503, { 'content-type': 'application/xml' });
  outgoing.end(
    '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>',
  );
}

/** Passes on half of what the answer says that it holds. */
function halve(answer: IncomingMessage, outgoing: ServerResponse, fault: 'cut' | 'stall'): void {
  let left = Math.floor(Number(answer.headers['content-length'] ?? 0) / 2);
  answer.on('data', (piece: Buffer) => {
    if (left <= 0) return;
    outgoing.write(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0 && fault === 'cut') setImmediate(() => outgoing.destroy());
  });
}
