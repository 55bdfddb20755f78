import type { ServerResponse } from 'node:http';

/** The body of a request for a message, as far as tests look at it. */
export interface MessageRequest {
  model: string;
  max_tokens: number;
  system: { type: string; text: string; cache_control?: { type: string } }[];
  messages: { role: string; content: string }[];
  output_config?: { effort?: string; format?: { type: string; schema: Record<string, unknown> } };
  stream?: boolean;
}

/** What one request is answered with. */
export type Turn =
  | { kind: 'answer'; text: string; stopReason?: string; usage?: object; thinking?: string; delayMs?: number }
  | { kind: 'refusal'; explanation: string }
  | { kind: 'error'; status: number; type: string; retryAfter?: string; message?: string }
  /** Says nothing, ever. */
  | { kind: 'hang' }
  /** Begins, and then a byte at a time, so slowly that it never ends. */
  | { kind: 'drip'; text: string }
  /** Breaks the connection in the middle of the stream. */
  | { kind: 'cut'; text: string }
  /** Ends the stream in the middle of an event. */
  | { kind: 'truncated-json'; text: string }
  /** Sends an event that is no JSON. */
  | { kind: 'invalid-json' }
  /** An error inside a stream that began well. */
  | { kind: 'stream-error'; type: string; text: string };

export type TurnScript = (request: MessageRequest, call: number) => Turn | Promise<Turn>;

const USAGE = {
  input_tokens: 1_000,
  output_tokens: 200,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

export function sendError(
  response: ServerResponse,
  error: { status: number; type: string; retryAfter?: string; message?: string },
): void {
  if (error.retryAfter !== undefined) response.setHeader('retry-after', error.retryAfter);
  const { type, message = 'scripted' } = error;
  sendJson(response, error.status, { type: 'error', error: { type, message }, request_id: 'req_stand_in' });
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_stand_in' });
  response.end(JSON.stringify(body));
}

/** A message as it is answered whole. */
export function messageOf(model: string, turn: Turn): object {
  const text = 'text' in turn ? turn.text : '';
  return {
    id: 'msg_stand_in',
    type: 'message',
    role: 'assistant',
    model,
    content: [...thinkingOf(turn), { type: 'text', text, citations: null }],
    stop_reason: stopReasonOf(turn),
    stop_details: stopDetailsOf(turn),
    stop_sequence: null,
    usage: usageOf(turn),
  };
}

function thinkingOf(turn: Turn): object[] {
  return turn.kind === 'answer' && turn.thinking
    ? [{ type: 'thinking', thinking: turn.thinking, signature: 's' }]
    : [];
}

function stopReasonOf(turn: Turn): string {
  if (turn.kind === 'refusal') return 'refusal';
  return turn.kind === 'answer' ? (turn.stopReason ?? 'end_turn') : 'end_turn';
}

function stopDetailsOf(turn: Turn): object | null {
  return turn.kind === 'refusal'
    ? { type: 'refusal', category: 'general_harms', explanation: turn.explanation }
    : null;
}

export function usageOf(turn: Turn): object {
  return { ...USAGE, ...(turn.kind === 'answer' ? turn.usage : {}) };
}
