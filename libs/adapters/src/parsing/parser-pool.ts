import { DocketError } from '@docket/domain/errors';
import type { ParsedContent, ParseJob } from './parse-job.js';
import type { ParsedFile } from './parser-process.js';
import { ParserSlot, stallMsOf, type ParserPoolOptions } from './parser-slot.js';

export type { ParserPoolOptions } from './parser-slot.js';

interface Waiting {
  readonly job: ParseJob;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (content: ParsedContent) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Parses files in warm child processes, one file at a time in each, the others queued in front. Whatever a
 * file does to a child, the process that owns the pool neither blocks nor dies: a breach of limits kills the
 * child, and another takes its place while the result is already on its way.
 */
export class ParserPool {
  private readonly queue: Waiting[] = [];
  private readonly idle: ParserSlot[] = [];
  private readonly slots: ParserSlot[];
  private nextId = 1;
  private closed = false;

  constructor(private readonly options: ParserPoolOptions) {
    this.slots = Array.from({ length: options.size }, () => new ParserSlot(options));
    this.idle.push(...this.slots);
  }

  /**
   * Parses one file.
   *
   * @throws DocketError of the file: what `parseContent` throws, `document.parse_timeout`,
   * `document.parse_memory`, `document.too_large` for a result above the cap, `document.unreadable` when
   * parsing failed otherwise, twice where it took the child with it.
   * @param signal kills the child at work when it is aborted; a file that still waits is not begun.
   * @throws ParserStalled when the machine gave the child too little time to tell anything of the file.
   * @throws Error when the signal was aborted, the pool is closed, the file cannot be opened or children cannot be started: faults of
   * the surroundings, to be tried again.
   */
  parse(job: ParseJob, signal?: AbortSignal): Promise<ParsedContent> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job, signal, resolve, reject });
      this.pump();
    });
  }

  /**
   * Ends all children; files that are waited for are refused with an error that counts as a fault. Safe to
   * repeat.
   */
  async close(): Promise<void> {
    this.closed = true;
    this.pump();
    await Promise.all(this.slots.map((slot) => slot.close()));
  }

  private pump(): void {
    if (this.closed) {
      for (const { reject } of this.queue.splice(0)) reject(new Error('The parser pool is closed.'));
      return;
    }
    while (this.idle.length > 0 && this.queue.length > 0) {
      const slot = this.idle.pop();
      const waiting = this.queue.shift();
      if (slot !== undefined && waiting !== undefined) void this.serve(slot, waiting);
    }
  }

  private async serve(slot: ParserSlot, { job, signal, resolve, reject }: Waiting): Promise<void> {
    const { maxOutputBytes } = this.options;
    const request = { ...job, id: this.nextId, maxOutputBytes, stallMs: stallMsOf(this.options) };
    this.nextId += 1;
    try {
      resolve(contentOf(await slot.run(request, signal)));
    } catch (error) {
      reject(error);
    }
    await slot.renew();
    this.idle.push(slot);
    this.pump();
  }
}

function contentOf({ reply, chunks }: ParsedFile): ParsedContent {
  switch (reply.outcome) {
    case 'parsed':
      return { ...reply.content, chunks };
    case 'refused':
      throw new DocketError(reply.code, reply.message);
    case 'failed':
      throw new DocketError('document.unreadable', 'The file cannot be parsed.', {
        cause: new Error(reply.message),
      });
    case 'unread':
      throw new Error(`The file to parse cannot be opened: ${reply.message}`);
  }
}
