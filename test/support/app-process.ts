import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { until } from './until.ts';

/** One line of a process's log, as far as tests read it. */
export interface LogLine {
  level: string;
  msg: string;
  ctx: Record<string, unknown>;
}

export interface AppProcessOptions {
  name: string;
  entry: string;
  environment: Record<string, string>;
  /** Where it answers. */
  url: string;
  /** What answers 200 once it may be used; `/health` where a dependency is away on purpose. */
  probe: '/ready' | '/health';
  /** A folder without a `.env` of somebody else's. */
  workingDir: string;
  /** Where what it says is written as well. */
  logFile?: string | null;
}

/** Longest time from start to ready, on a machine that runs other tests as well. */
const READY_WITHIN_MS = 60_000;
/** The processes' own deadline is below this. */
const STOP_WITHIN_MS = 40_000;

/** A real process of Docket's, started from its build. */
export class AppProcess {
  readonly url: string;
  readonly #options: AppProcessOptions;
  readonly #child: ChildProcess;
  readonly #output: string[] = [];
  readonly #exited: Promise<unknown>;

  private constructor(options: AppProcessOptions) {
    this.#options = options;
    this.url = options.url;
    this.#child = spawn(process.execPath, [options.entry], {
      cwd: options.workingDir,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exited = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#take(line));
    }
  }

  #take(line: string): void {
    this.#output.push(line);
    if (this.#options.logFile) appendFileSync(this.#options.logFile, `${line}\n`);
  }

  static async start(options: AppProcessOptions): Promise<AppProcess> {
    const app = new AppProcess(options);
    try {
      await until(`${options.name} is ready`, () => app.#isReadyOrGone(), READY_WITHIN_MS);
      if (!app.isRunning) throw new Error(`${options.name} ended while starting`);
    } catch (error) {
      app.#child.kill('SIGKILL');
      throw new Error(`${String(error)}\n${app.lastLines()}`, { cause: error });
    }
    return app;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#options.name} was never started`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Every log line so far. */
  logs(): LogLine[] {
    return this.#output.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
  }

  lastLines(count = 40): string {
    return this.#output.slice(-count).join('\n');
  }

  /** Asks it to stop, and fails unless it ends well within its deadline. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.#child.kill('SIGTERM');
    try {
      await until(`${this.#options.name} has stopped`, () => !this.isRunning, STOP_WITHIN_MS);
    } finally {
      this.#child.kill('SIGKILL');
    }
    if (this.#child.exitCode === 0) return;
    throw new Error(`${this.#options.name} ended with ${this.#child.exitCode}\n${this.lastLines()}`);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #isReadyOrGone(): Promise<boolean> {
    if (!this.isRunning) return true;
    try {
      return (
        (await fetch(`${this.url}${this.#options.probe}`, { signal: AbortSignal.timeout(5_000) })).status ===
        200
      );
    } catch {
      // Refused or slow: not ready.
      return false;
    }
  }
}
