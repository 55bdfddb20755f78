import { DocketError } from '@docket/domain/errors';
import type { ParsedContent, ParseJob } from './parse-job.js';
import type { ParseReply, ParseRequest } from './parser-messages.js';
import { ChildEnded, PARSER_CHILD_ENTRY, ParserProcess } from './parser-process.js';

export interface ParserPoolOptions {
  /** Children that are kept warm, and so the files parsed at once. */
  readonly size: number;
  /** Wall-clock limit of one file. */
  readonly timeoutMs: number;
  /** Heap limit of a child; its resident memory may be 256 MB above. */
  readonly heapMb: number;
  /** Limit of one result as sent by a child, in bytes. */
  readonly maxOutputBytes: number;
  /** Files of a text kind that one child parses before it is replaced. */
  readonly reuse: number;
  /** Folders that children may read, for jobs given by path; none by default. */
  readonly readableFolders?: readonly string[];
  /** Another program for the children, which tests make fail in ways that no file does. */
  readonly childEntry?: string;
}

/** A second child gets the file when the first died of nothing known: the machine, not the file, may be at fault. */
const MOST_ATTEMPTS = 2;

interface Waiting {
  readonly job: ParseJob;
  readonly resolve: (content: ParsedContent) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Parses files in warm child processes, one file at a time in each, the others queued in front. Whatever a file does
 * to a child, the process that owns the pool neither blocks nor dies: a breach of limits kills the child, and another
 * takes its place while the result is already on its way.
 */
export class ParserPool {
  private readonly queue: Waiting[] = [];
  private readonly idle: Slot[] = [];
  private readonly slots: Slot[];
  private nextId = 1;
  private closed = false;

  constructor(private readonly options: ParserPoolOptions) {
    this.slots = Array.from({ length: options.size }, () => new Slot(options));
    this.idle.push(...this.slots);
  }

  /**
   * Parses one file.
   *
   * @throws DocketError of the file: what `parseContent` throws, `document.parse_timeout`, `document.parse_memory`,
   * `document.too_large` for a result above the cap, `document.unreadable` when parsing failed otherwise, twice where
   * it took the child with it.
   * @throws Error when the pool is closed, the file cannot be opened or children cannot be started: faults of the
   * surroundings, to be tried again.
   */
  parse(job: ParseJob): Promise<ParsedContent> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject });
      this.pump();
    });
  }

  /** Ends all children; files that are waited for are refused with an error that counts as a fault. Safe to repeat. */
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

  private async serve(slot: Slot, { job, resolve, reject }: Waiting): Promise<void> {
    const request: ParseRequest = { ...job, id: this.nextId, maxOutputBytes: this.options.maxOutputBytes };
    this.nextId += 1;
    try {
      resolve(contentOf(await slot.run(request)));
    } catch (error) {
      reject(error);
    }
    await slot.renew();
    this.idle.push(slot);
    this.pump();
  }
}

/** A place for one child, and the rules for when it is replaced. */
class Slot {
  private child: ParserProcess;
  private isWorn = false;
  private closed = false;

  constructor(private readonly options: ParserPoolOptions) {
    this.child = this.start();
  }

  async run(request: ParseRequest): Promise<ParseReply> {
    for (let attempt = 1; ; attempt += 1) {
      if (!this.child.isAlive) this.child = this.start();
      await this.child.ready;
      try {
        const reply = await this.child.run(request);
        // An HTML tree leaves a heap behind that slows the next file; text kinds leave next to nothing.
        this.isWorn = reply.outcome !== 'parsed' || reply.content.kind === 'html' || this.child.jobs >= this.options.reuse;
        return reply;
      } catch (error) {
        if (this.closed || !(error instanceof ChildEnded)) throw error;
        if (error.end !== 'died' || attempt === MOST_ATTEMPTS) throw this.refusal(error);
      }
    }
  }

  /** Puts a new child in the place of a worn or dead one, and waits until it takes jobs. Never throws. */
  async renew(): Promise<void> {
    if (this.closed) return;
    if (this.isWorn || !this.child.isAlive) {
      void this.child.close();
      this.child = this.start();
      this.isWorn = false;
    }
    // A child that does not start is noticed by the next file, which starts one itself and reports what it finds.
    await this.child.ready.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.child.close();
  }

  private start(): ParserProcess {
    const { timeoutMs, heapMb, readableFolders = [], childEntry = PARSER_CHILD_ENTRY } = this.options;
    return new ParserProcess({ timeoutMs, heapMb, readableFolders, entry: childEntry });
  }

  private refusal(cause: ChildEnded): DocketError {
    switch (cause.end) {
      case 'timeout':
        return new DocketError('document.parse_timeout', `Parsing took longer than ${this.options.timeoutMs} ms.`, { cause });
      case 'memory':
        return new DocketError('document.parse_memory', `Parsing needed more than ${this.options.heapMb} MB.`, { cause });
      case 'died':
        return new DocketError('document.unreadable', 'The file ended the parser twice.', { cause });
    }
  }
}

function contentOf(reply: ParseReply): ParsedContent {
  switch (reply.outcome) {
    case 'parsed':
      return reply.content;
    case 'refused':
      throw new DocketError(reply.code, reply.message);
    case 'failed':
      throw new DocketError('document.unreadable', 'The file cannot be parsed.', { cause: new Error(reply.message) });
    case 'unread':
      throw new Error(`The file to parse cannot be opened: ${reply.message}`);
  }
}
