import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stackHome } from '../../tools/stack/home.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { findCollector } from '../../tools/test-full/collector.ts';
import { until } from './until.ts';

const CONFIGURATION = [
  `--config=${resolve(import.meta.dirname, '../../deploy/otel/collector.yaml')}`,
  '--feature-gates=stanza.synchronousLogEmitter',
];

/** A real OpenTelemetry collector with the configuration of deploy/, told by its environment alone where it is. */
export class Collector {
  readonly logsDir: string;
  readonly tracesFile: string;
  /** Where it takes traces. */
  readonly url: string;
  /** Every line it has said. */
  readonly output: string[] = [];
  readonly #health: string;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | null = null;

  private constructor(folder: string, ports: readonly number[], variables: Record<string, string>) {
    const [otlp, health, metrics] = ports.map((port) => `127.0.0.1:${port}`);
    this.logsDir = join(folder, 'logs');
    this.tracesFile = join(folder, 'traces.jsonl');
    this.url = `http://${otlp}`;
    this.#health = `http://${health}`;
    this.#environment = {
      DOCKET_LOGS: this.logsDir,
      DOCKET_COLLECTOR_STATE: join(folder, 'state'),
      DOCKET_TRACES_FILE: this.tracesFile,
      DOCKET_COLLECTOR_OTLP: otlp ?? '',
      DOCKET_COLLECTOR_HEALTH: health ?? '',
      DOCKET_COLLECTOR_METRICS: metrics?.split(':')[1] ?? '',
      ...variables,
    };
    mkdirSync(this.logsDir);
  }

  /** One that has not been started, with a place of its own in that folder. */
  static async in(folder: string, variables: Record<string, string>): Promise<Collector> {
    return new Collector(folder, [await anyFreePort(), await anyFreePort(), await anyFreePort()], variables);
  }

  /** What it says of its configuration, and whether it would start with it. */
  validate(): { isValid: boolean; said: string } {
    const { status, stderr } = spawnSync(program(), ['validate', ...CONFIGURATION], {
      env: this.#environment,
      encoding: 'utf8',
    });
    return { isValid: status === 0, said: stderr };
  }

  async start(): Promise<void> {
    const child = spawn(program(), CONFIGURATION, {
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.output.push(line));
    await until('the collector is ready or gone', async () => {
      if (child.exitCode !== null) throw new Error(`the collector ended\n${this.output.join('\n')}`);
      return (await fetch(this.#health).catch(() => null))?.status === 200;
    });
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}

function program(): string {
  const found = findCollector(stackHome());
  if (found === null) throw new Error('there is no collector: `make test-full` builds it');
  return found;
}
