import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, sendError, sendJson, type MessageRequest, type Turn } from './anthropic-wire.ts';

/** What is said of one question, unless it was cancelled before. `omitted`: the results say nothing of it. */
export type Fate = 'succeeded' | 'errored' | 'expired' | 'canceled' | 'omitted';

/** How one request to make a batch goes. `lost`: it is accepted, and the client gets a 500 all the same. */
export type Reception = 'accepted' | 'lost' | { status: number; type: string };

export interface BatchOfStandIn {
  id: string;
  createdAt: Date;
  questions: { custom_id: string; params: MessageRequest }[];
  polls: number;
  isCancelled: boolean;
  /** Once it has ended. */
  results: { custom_id: string; result: object & { type: string } }[] | null;
}

const RECEIVED: Reception = 'accepted';
const DAY_MS = 24 * 3_600_000;

/**
 * The wire format of Anthropic's Message Batches: make, look, list, cancel, results. It ends a batch when it is asked about
 * it, unless a script holds it; results come in the opposite order.
 */
export class AnthropicBatchesStandIn {
  /** Every batch that was accepted, oldest first. */
  readonly made: BatchOfStandIn[] = [];
  /** How the next requests to make a batch go; those after them are accepted. */
  readonly receptions: Reception[] = [];
  /** Whether a batch is still worked on when somebody looks. */
  isInProgress: (batch: BatchOfStandIn) => boolean = () => false;
  /** What becomes of a question. */
  fateOf: (question: MessageRequest, customId: string) => Fate = () => 'succeeded';
  /** How many more times results break off in the middle of a line, after so many whole lines. */
  cuts = { times: 0, afterLines: 1 };
  readonly #script: (request: MessageRequest) => Turn | Promise<Turn>;

  constructor(script: (request: MessageRequest) => Turn | Promise<Turn>) {
    this.#script = script;
  }

  /** Questions that were answered: what a provider bills. */
  get paid(): number {
    const answered = this.made.flatMap(({ results }) => results ?? []);
    return answered.filter(({ result }) => result.type === 'succeeded').length;
  }

  /** A batch that another program made with the same key. */
  addForeign(questions: number): void {
    const [first] = this.made.flatMap((batch) => batch.questions);
    if (!first) throw new Error('there is no batch yet to make another like');
    const others = Array.from({ length: questions }, (_, index) => ({
      ...first,
      custom_id: `other-${index}`,
    }));
    const id = `msgbatch_foreign_${this.made.length}`;
    this.made.push({
      id,
      createdAt: new Date(),
      questions: others,
      polls: 0,
      isCancelled: false,
      results: null,
    });
  }

  /** Answers what is about batches, and tells whether it was. */
  async handle(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? '/', 'http://stand.in');
    const match = /^\/v1\/messages\/batches(?:\/(?<id>[^/]+)(?:\/(?<act>results|cancel))?)?$/.exec(
      url.pathname,
    );
    if (!match) return false;
    const { id, act } = match.groups ?? {};
    if (id === undefined) {
      if (request.method === 'POST') this.#make(body, response);
      else this.#list(url.searchParams, request, response);
      return true;
    }
    const batch = this.made.find((made) => made.id === id);
    if (!batch) sendError(response, { status: 404, type: 'not_found_error' });
    else if (act === 'results') this.#sendResults(batch, response);
    else {
      if (act === 'cancel') batch.isCancelled = true;
      else await this.#work(batch);
      sendJson(response, 200, toWire(batch, request));
    }
    return true;
  }

  #make(body: Buffer, response: ServerResponse): void {
    const reception = this.receptions.shift() ?? RECEIVED;
    if (typeof reception === 'object') {
      sendError(response, reception);
      return;
    }
    const { requests } = JSON.parse(body.toString('utf8')) as { requests: BatchOfStandIn['questions'] };
    const id = `msgbatch_${String(this.made.length + 1).padStart(4, '0')}`;
    const batch = {
      id,
      createdAt: new Date(),
      questions: requests,
      polls: 0,
      isCancelled: false,
      results: null,
    };
    this.made.push(batch);
    if (reception === 'lost') sendError(response, { status: 500, type: 'api_error' });
    else sendJson(response, 200, toWire(batch, null));
  }

  #list(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const newestFirst = this.made.toReversed();
    const after = newestFirst.findIndex(({ id }) => id === query.get('after_id')) + 1;
    const limit = Number(query.get('limit') ?? 20);
    const page = newestFirst.slice(after, after + limit);
    sendJson(response, 200, {
      data: page.map((batch) => toWire(batch, request)),
      has_more: newestFirst.length > after + limit,
      first_id: page.at(0)?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    });
  }

  async #work(batch: BatchOfStandIn): Promise<void> {
    batch.polls += 1;
    if (batch.results || (!batch.isCancelled && this.isInProgress(batch))) return;
    const results: NonNullable<BatchOfStandIn['results']> = [];
    for (const { custom_id, params } of batch.questions) {
      const fate = batch.isCancelled ? 'canceled' : this.fateOf(params, custom_id);
      if (fate !== 'omitted') results.push({ custom_id, result: await this.#resultOf(fate, params) });
    }
    batch.results = results.toReversed();
  }

  async #resultOf(fate: Exclude<Fate, 'omitted'>, params: MessageRequest): Promise<{ type: string }> {
    if (fate === 'expired' || fate === 'canceled') return { type: fate };
    const error = { type: 'error', error: { type: 'api_error', message: 'scripted' }, request_id: null };
    if (fate === 'errored') return { type: 'errored', error } as { type: string };
    return { type: 'succeeded', message: messageOf(params.model, await this.#script(params)) } as {
      type: string;
    };
  }

  #sendResults(batch: BatchOfStandIn, response: ServerResponse): void {
    const lines = (batch.results ?? []).map((result) => `${JSON.stringify(result)}\n`);
    response.writeHead(200, { 'content-type': 'application/binary' });
    if (this.cuts.times === 0) {
      response.end(lines.join(''));
      return;
    }
    this.cuts.times -= 1;
    const { afterLines } = this.cuts;
    const half = lines[afterLines] ?? '';
    response.end(lines.slice(0, afterLines).join('') + half.slice(0, half.length / 2));
  }
}

function toWire(
  { id, createdAt, questions, isCancelled, results }: BatchOfStandIn,
  request: IncomingMessage | null,
) {
  const counted = (type: string): number =>
    (results ?? []).filter(({ result }) => result.type === type).length;
  const counts = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  for (const type of Object.keys(counts) as (keyof typeof counts)[]) counts[type] = counted(type);
  const open = isCancelled ? 'canceling' : 'in_progress';
  const ended = results ? Object.values(counts).reduce((sum, count) => sum + count, 0) : 0;
  return {
    id,
    type: 'message_batch',
    processing_status: results ? 'ended' : open,
    // The sum is always that of the questions, whatever the results will say.
    request_counts: { ...counts, processing: questions.length - ended },
    created_at: createdAt.toISOString(),
    expires_at: new Date(createdAt.getTime() + DAY_MS).toISOString(),
    ended_at: results ? new Date().toISOString() : null,
    cancel_initiated_at: null,
    archived_at: null,
    results_url:
      results && request ? `http://${request.headers.host}/v1/messages/batches/${id}/results` : null,
  };
}
