import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { AnthropicBatchesStandIn } from './anthropic-batches-stand-in.ts';
import {
  messageOf,
  sendError,
  sendJson,
  usageOf,
  type MessageRequest,
  type Turn,
  type TurnScript,
} from './anthropic-wire.ts';

export type { MessageRequest, Turn, TurnScript } from './anthropic-wire.ts';

export interface AskedMessage {
  body: MessageRequest;
  headers: Record<string, string | string[] | undefined>;
  /** True once the whole answer was sent: what a provider bills. */
  isPaid: boolean;
}

/**
 * Stands in for Anthropic in tests, and nowhere else: a server on this machine that speaks the wire format of the
 * Messages API, streamed and not, and of its batches, follows a script, and remembers what it was asked.
 */
export class AnthropicStandIn {
  readonly asked: AskedMessage[] = [];
  script: TurnScript;
  /** While true nobody is there: every request is answered 503. */
  isAway = false;
  /** Messages that were asked for while it was away: calls that a client spent in vain. */
  asksInVain = 0;
  /** Its Message Batches. */
  readonly batches = new AnthropicBatchesStandIn((request) => this.script(request, 0));
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();

  private constructor(script: TurnScript) {
    this.script = script;
    this.#server = createServer((request, response) => {
      this.#open.add(response);
      response.on('close', () => this.#open.delete(response));
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(script: TurnScript): Promise<AnthropicStandIn> {
    const standIn = new AnthropicStandIn(script);
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests whose answer was sent whole. */
  get paid(): AskedMessage[] {
    return this.asked.filter(({ isPaid }) => isPaid);
  }

  async stop(): Promise<void> {
    for (const response of this.#open) response.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isMessage = request.method === 'POST' && request.url?.split('?')[0] === '/v1/messages';
    if (this.isAway) {
      if (isMessage) this.asksInVain += 1;
      sendError(response, { status: 503, type: 'api_error' });
      return;
    }
    if (await this.batches.handle(request, Buffer.concat(chunks), response)) return;
    if (!isMessage) {
      sendError(response, { status: 404, type: 'not_found_error' });
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as MessageRequest;
    const asked: AskedMessage = { body, headers: request.headers, isPaid: false };
    this.asked.push(asked);
    await answer(response, body, await this.script(body, this.asked.length), asked);
  }
}

async function answer(
  response: ServerResponse,
  body: MessageRequest,
  turn: Turn,
  asked: AskedMessage,
): Promise<void> {
  if (turn.kind === 'hang') return;
  if (turn.kind === 'error') {
    sendError(response, turn);
    return;
  }
  if (turn.kind === 'answer') await pause(turn.delayMs ?? 0);
  if (response.destroyed) return;
  if (body.stream === true) await sendStream(response, body.model, turn);
  else sendJson(response, 200, messageOf(body.model, turn));
  asked.isPaid = turn.kind === 'answer' || turn.kind === 'refusal';
}

async function sendStream(response: ServerResponse, model: string, turn: Turn): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_stand_in' });
  const send = (type: string, data: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  const whole = messageOf(model, turn) as {
    content: object[];
    stop_reason: string;
    stop_details: object | null;
  };
  const usage = usageOf(turn) as { output_tokens?: number };
  const message = { ...whole, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  send('message_start', { message });
  sendThinking(send, turn);
  const index = whole.content.length - 1;
  send('content_block_start', { index, content_block: { type: 'text', text: '', citations: null } });
  const text = 'text' in turn ? turn.text : '';
  const delta = (part: string): void =>
    send('content_block_delta', { index, delta: { type: 'text_delta', text: part } });
  if (await sendFault(response, turn, delta, send)) return;
  for (let from = 0; from < text.length; from += 2_000) delta(text.slice(from, from + 2_000));
  send('content_block_stop', { index });
  const { stop_reason, stop_details } = whole;
  send('message_delta', { delta: { stop_reason, stop_sequence: null, stop_details }, usage });
  send('message_stop', {});
  response.end();
}

function sendThinking(send: (type: string, data: object) => void, turn: Turn): void {
  if (turn.kind !== 'answer' || !turn.thinking) return;
  send('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } });
  send('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: turn.thinking } });
  send('content_block_stop', { index: 0 });
}

/** Plays the fault of a turn in the middle of its stream, and tells whether there was one. */
async function sendFault(
  response: ServerResponse,
  turn: Turn,
  delta: (part: string) => void,
  send: (type: string, data: object) => void,
): Promise<boolean> {
  switch (turn.kind) {
    case 'drip':
      for (const character of turn.text.repeat(1_000)) {
        if (response.destroyed) break;
        delta(character);
        await pause(50);
      }
      return true;
    case 'cut':
      delta(turn.text.slice(0, turn.text.length / 2));
      await pause(20);
      response.destroy();
      return true;
    case 'truncated-json':
      delta(turn.text.slice(0, turn.text.length / 2));
      response.end('event: content_block_delta\ndata: {"type":"content_block_del');
      return true;
    case 'invalid-json':
      response.end('event: content_block_delta\ndata: <html>bad gateway</html>\n\n');
      return true;
    case 'stream-error':
      delta(turn.text.slice(0, 5));
      send('error', { error: { type: turn.type, message: 'scripted' } });
      response.end();
      return true;
    default:
      return false;
  }
}
