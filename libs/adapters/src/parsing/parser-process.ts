import type { ParserKind } from '@docket/domain/document/media-types';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ParsedChunk } from './parse-job.js';
import { isPart, isReply, type ParseReply, type ParseRequest } from './parser-messages.js';
import { watchProcess, type Breach } from './process-watch.js';

/** Why a child gave no answer. */
export type ChildEnd = Breach | 'stalled' | 'died' | 'stopped';

export class ChildEnded extends Error {
  override readonly name = 'ChildEnded';

  constructor(
    readonly end: ChildEnd,
    message: string,
  ) {
    super(message);
  }
}

/** What a child made of a file, its passages put together again. */
export interface ParsedFile {
  readonly reply: ParseReply;
  readonly chunks: readonly ParsedChunk[];
}

export interface ParserProcessOptions {
  /** Processor time of one file. */
  readonly cpuMs: number;
  /** Wall-clock time of one file. */
  readonly stallMs: number;
  readonly heapMb: number;
  readonly readableFolders: readonly string[];
  readonly entry: string;
  /** The kind of file whose parser is loaded beforehand. */
  readonly warmFor: ParserKind;
}

/**
 * The built entry, also where this module itself is read from source, as in tests: a child always runs from
 * dist.
 */
export const PARSER_CHILD_ENTRY = fileURLToPath(
  new URL('./parser-child.js', import.meta.url.replace('/src/parsing/', '/dist/parsing/')),
);

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const CODE_FOLDERS = ['node_modules', 'libs/adapters', 'libs/domain'].map(
  (folder) => `${WORKSPACE}${folder}`,
);

/**
 * From spawn to readiness: 0.25 s when idle, seconds on a machine that starts everything at once, and more than thirty where a
 * slow disk is read for the first time. As long as a file is given: a child that is late says nothing about anything.
 */
const START_TIMEOUT_MS = 120_000;

/**
 * Resident memory beyond the heap: Node itself takes 60 MB, and a 50 MB file, its text and the answer lie
 * outside.
 */
const BESIDE_HEAP_MB = 256;

/** Bytes of stderr that are kept: V8's last words are at the front of its report. */
const KEPT_STDERR = 4_096;

const OUT_OF_MEMORY = /heap out of memory|Allocation failed|allocation failure/iu;

/**
 * One child process that parses one file at a time.
 *
 * What it may do: an empty environment, so no credentials; Node's permission model, so no files but the code
 * and the folders named, none written, no processes, no workers, no native addons; no code made of strings. The network is
 * closed by the child itself (parser-lockdown), since Node 24's permission model has no gate for it.
 */
export class ParserProcess {
  /** Settles when the child takes jobs, or could not be started. */
  readonly ready: Promise<void>;
  /** Resolves when the child is gone. */
  readonly ended: Promise<void>;
  jobs = 0;

  private readonly child: ChildProcess;
  private stderr = '';
  private reason: ChildEnd | null = null;
  private waiting: { id: number; chunks: ParsedChunk[]; resolve: (file: ParsedFile) => void } | null = null;

  constructor(private readonly options: ParserProcessOptions) {
    const readable = [...CODE_FOLDERS, ...options.readableFolders];
    this.child = fork(options.entry, [options.warmFor], {
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [
        `--max-old-space-size=${options.heapMb}`,
        '--permission',
        // No parser makes code of strings, and none needs the way into prototypes.
        '--disallow-code-generation-from-strings',
        '--disable-proto=delete',
        ...readable.map((folder) => `--allow-fs-read=${folder}`),
      ],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (this.stderr.length < KEPT_STDERR) this.stderr += text.slice(0, KEPT_STDERR - this.stderr.length);
    });
    // A failed spawn or send is followed by the end of the child, which is what is waited for.
    this.child.on('error', (error) => {
      this.stderr ||= error.message;
      this.child.kill('SIGKILL');
    });
    this.child.on('message', (message: unknown) => {
      const { waiting } = this;
      if (isPart(message) && message.id === waiting?.id) waiting.chunks.push(...message.chunks);
      if (isReply(message) && message.id === waiting?.id)
        waiting.resolve({ reply: message, chunks: waiting.chunks });
    });
    this.ended = new Promise((resolve) => this.child.once('close', () => resolve()));
    this.ready = this.beforeEnd(
      new Promise((resolve) => this.child.once('message', () => resolve())),
      START_TIMEOUT_MS,
    );
    // Whoever uses the child looks at `ready`; one that is closed unused must not count as unhandled.
    this.ready.catch(() => undefined);
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.connected;
  }

  /**
   * Parses one file; the clocks start when the child has the job.
   *
   * @throws ChildEnded when the child was killed for its time or memory, had no answer in time, or died of something else.
   */
  async run(request: ParseRequest): Promise<ParsedFile> {
    await this.ready;
    this.jobs += 1;
    const file = new Promise<ParsedFile>(
      (resolve) => (this.waiting = { id: request.id, chunks: [], resolve }),
    );
    const { cpuMs, stallMs, heapMb } = this.options;
    const limits = { cpuMs, idleMs: cpuMs, residentMb: heapMb + BESIDE_HEAP_MB };
    const stopWatching = watchProcess(this.child.pid, limits, (breach) => this.kill(breach));
    try {
      if (this.isAlive) this.child.send(request);
      return await this.beforeEnd(file, stallMs);
    } finally {
      stopWatching();
      this.waiting = null;
    }
  }

  /** Ends the child at once; resolves when it is gone. Safe to repeat. */
  async close(): Promise<void> {
    this.kill('stopped');
    await this.ended;
  }

  private kill(reason: ChildEnd): void {
    this.reason ??= reason;
    this.child.kill('SIGKILL');
  }

  /** What `work` gives, unless the child ends first; kills the child when neither happens in time. */
  private async beforeEnd<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
    const timer = setTimeout(() => this.kill('stalled'), timeoutMs);
    const end = this.ended.then((): never => {
      throw new ChildEnded(
        this.reason ?? (OUT_OF_MEMORY.test(this.stderr) ? 'memory' : 'died'),
        this.describeEnd(),
      );
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      clearTimeout(timer);
      end.catch(() => undefined);
    }
  }

  private describeEnd(): string {
    const how = this.child.signalCode ?? `code ${this.child.exitCode}`;
    return `The parser process ended with ${how}. ${this.stderr.trim()}`.trim();
  }
}
