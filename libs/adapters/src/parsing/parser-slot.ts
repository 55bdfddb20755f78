import { DocketError, type ErrorCode } from '@docket/domain/errors';
import type { ParserKind } from '@docket/domain/document/media-types';
import type { ParseReply, ParseRequest } from './parser-messages.js';
import { ChildEnded, PARSER_CHILD_ENTRY, ParserProcess, type ParsedFile } from './parser-process.js';
import { ParserStalled } from './parser-stalled.js';

export interface ParserPoolOptions {
  /** Children that are kept warm, and so the files parsed at once. */
  readonly size: number;
  /** Limit of one file in processor time of its child: a verdict on the file. */
  readonly cpuMs: number;
  /** Limit of one file by the wall clock, which says nothing about the file; long by default. */
  readonly stallMs?: number;
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

/** Twelve times the usual limit of processor time: a machine that is loaded tenfold is slow, not stalled. */
const LEAST_STALL_MS = 120_000;

/** The wall-clock limit that a pool goes by. */
export function stallMsOf({ cpuMs, stallMs }: ParserPoolOptions): number {
  return stallMs ?? Math.max(LEAST_STALL_MS, 2 * cpuMs);
}

/**
 * A second child gets the file when the first died of nothing known: the machine, not the file, may be at
 * fault.
 */
const MOST_ATTEMPTS = 2;

/** Formats with an engine that holds state of its own, or an archive. */
const REPLACED_AFTER: ReadonlySet<ParserKind> = new Set(['pdf', 'docx']);

/** Verdicts that are found before a parser has begun, or in place of one. */
const HARMLESS_REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'upload.type_mismatch',
  'document.type_unsupported',
  'document.empty',
]);

/** A child that holds more than this after a file starts anew: at rest one has some 90 MB. */
const WORN_MB = 200;

/** A place for one child, and the rules for when it is replaced. */
export class ParserSlot {
  private child: ParserProcess;
  private isWorn = false;
  /** What came last comes again, more often than not. */
  private lastKind: ParserKind = 'markdown';
  private closed = false;

  constructor(private readonly options: ParserPoolOptions) {
    this.child = this.start();
  }

  /**
   * Parses one file, in a second child when the first died of nothing known.
   *
   * @throws DocketError `document.parse_timeout`, `document.parse_memory`, or `document.unreadable` when both
   * children died.
   * @throws ParserStalled when a child neither finished nor reached a limit within the wall-clock limit.
   * @throws ChildEnded when no child could be started, or the slot was closed meanwhile.
   * @throws Error when the signal was aborted; the child is killed then.
   */
  async run(request: ParseRequest, signal?: AbortSignal): Promise<ParsedFile> {
    const kill = (): void => void this.child.close();
    signal?.addEventListener('abort', kill, { once: true });
    try {
      signal?.throwIfAborted();
      return await this.runInChild(request);
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  private async runInChild(request: ParseRequest): Promise<ParsedFile> {
    for (let attempt = 1; ; attempt += 1) {
      if (!this.child.isAlive) this.child = this.start();
      await this.child.ready;
      try {
        const file = await this.child.run(request);
        const { reply } = file;
        this.isWorn = this.isWornBy(reply);
        if (reply.outcome === 'parsed') this.lastKind = reply.content.kind;
        return file;
      } catch (error) {
        if (!(error instanceof ChildEnded) || this.isStopped(error)) throw error;
        if (error.end !== 'died' || attempt === MOST_ATTEMPTS) throw this.refusal(error);
      }
    }
  }

  /** Ended by whoever uses it, and by nothing in the file. */
  private isStopped(error: ChildEnded): boolean {
    return this.closed || error.end === 'stopped';
  }

  /** Puts a new child in the place of a worn or dead one, and waits until it takes jobs. Never throws. */
  async renew(): Promise<void> {
    if (this.closed) return;
    if (this.isWorn || !this.child.isAlive) {
      void this.child.close();
      this.child = this.start();
      this.isWorn = false;
    }
    // A child that does not start is noticed by the next file, which starts one itself and reports why.
    await this.child.ready.catch(() => undefined);
  }

  /** Ends the child, and whatever it parses with a fault. Safe to repeat. */
  async close(): Promise<void> {
    this.closed = true;
    await this.child.close();
  }

  /**
   * A child that refused a file, or read one in a format with an engine of its own, is not trusted with the next; one that
   * read text is, until its share is done or what it holds slows it down.
   */
  private isWornBy(reply: ParseReply): boolean {
    if (reply.outcome === 'refused') return !HARMLESS_REFUSALS.has(reply.code);
    if (reply.outcome !== 'parsed' || REPLACED_AFTER.has(reply.content.kind)) return true;
    return this.child.jobs >= this.options.reuse || reply.residentMb > WORN_MB;
  }

  private start(): ParserProcess {
    const { cpuMs, heapMb, readableFolders = [], childEntry = PARSER_CHILD_ENTRY } = this.options;
    return new ParserProcess({
      cpuMs,
      stallMs: stallMsOf(this.options),
      heapMb,
      readableFolders,
      entry: childEntry,
      warmFor: this.lastKind,
    });
  }

  private refusal(cause: ChildEnded): DocketError | ParserStalled {
    const { cpuMs, heapMb } = this.options;
    switch (cause.end) {
      case 'stalled':
        return new ParserStalled(stallMsOf(this.options), { cause });
      case 'processor_time':
        return new DocketError(
          'document.parse_timeout',
          `Parsing took more than ${cpuMs} ms of processor time.`,
          { cause },
        );
      case 'idle':
        return new DocketError('document.parse_timeout', `The parser stood still for ${cpuMs} ms.`, {
          cause,
        });
      case 'memory':
        return new DocketError('document.parse_memory', `Parsing needed more than ${heapMb} MB.`, { cause });
      case 'died':
      case 'stopped':
        return new DocketError('document.unreadable', 'The file ended the parser twice.', { cause });
    }
  }
}
