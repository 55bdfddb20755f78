import { promoteBuild, takeOverOpenRuns } from '@docket/platform/temporal/deployment';
import { Connection } from '@temporalio/client';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createOrg } from '../../tools/client/create-org.ts';
import { DocketClient } from '../../tools/client/docket-client.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { newSigningKeys } from '../../tools/stack/secrets.ts';
import { AppProcess } from './app-process.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { UNLIMITED } from './rate-limits.ts';
import { startTestStorage, type TestStorage } from './test-storage.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const PROMOTED_WITHIN_MS = 20_000;
const COMMAND_WITHIN_MS = 120_000;

export interface StackOptions {
  temporalAddress: string;
  namespace: string;
  /** Environment variables of API and worker that differ from the defaults. */
  overrides?: Record<string, string>;
  /** Where what each process says is written as well, as `api.log` and `worker.log`. */
  logsDir?: string;
}

/** API and worker as real processes from the build, with a database and a storage of their own. */
export class TestStack {
  readonly database: TestDatabase;
  readonly storage: TestStorage;
  /** What access tokens are signed with. */
  readonly signingKeys = newSigningKeys();
  /** The credential of a platform operator. */
  readonly operatorToken = randomBytes(24).toString('hex');
  readonly #folder: string;
  readonly #environment: Record<string, string>;
  readonly #temporal: { address: string; namespace: string };
  readonly #logsDir: string | null;
  readonly #apps = new Set<AppProcess>();

  private constructor(database: TestDatabase, folder: string, storage: TestStorage, options: StackOptions) {
    this.database = database;
    this.#folder = folder;
    this.storage = storage;
    this.#temporal = { address: options.temporalAddress, namespace: options.namespace };
    this.#logsDir = options.logsDir ?? null;
    this.#environment = {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.appUrl,
      TEMPORAL_ADDRESS: options.temporalAddress,
      TEMPORAL_NAMESPACE: options.namespace,
      ...storage.variables,
      API_KEY_PEPPER: randomBytes(24).toString('hex'),
      AUTH_SIGNING_KEYS: this.signingKeys,
      PLATFORM_OPERATOR_TOKEN: this.operatorToken,
      WEBHOOK_SECRET_KEYS: randomBytes(24).toString('hex'),
      // Tests ask as fast as they can, all from one address.
      ...UNLIMITED,
      ...options.overrides,
    };
  }

  static async open(database: TestDatabase, options: StackOptions): Promise<TestStack> {
    const folder = mkdtempSync(join(tmpdir(), 'docket-test-'));
    return new TestStack(database, folder, await startTestStorage(folder), options);
  }

  async startApi(
    overrides: Record<string, string> = {},
    probe: '/ready' | '/health' = '/ready',
  ): Promise<AppProcess> {
    const port = await anyFreePort();
    const url = `http://127.0.0.1:${port}`;
    return this.#start('api', url, { API_PORT: String(port), API_PUBLIC_URL: url, ...overrides }, probe);
  }

  /** A worker that gets work: versioned workers get none before their build is made current. */
  async startWorker(overrides: Record<string, string> = {}): Promise<AppProcess> {
    const worker = await this.startIdleWorker(overrides);
    await this.promote(worker);
    return worker;
  }

  /** A worker that waits for a release. */
  async startIdleWorker(overrides: Record<string, string> = {}): Promise<AppProcess> {
    const port = await anyFreePort();
    const url = `http://127.0.0.1:${port}`;
    return this.#start('worker', url, { WORKER_HEALTH_PORT: String(port), ...overrides });
  }

  /** Gives new runs to this worker's build, and, when asked, the open runs of every other build, too. */
  async promote(worker: AppProcess, options: { takeOver?: boolean } = {}): Promise<void> {
    const { buildId } = (await (await fetch(`${worker.url}/ready`)).json()) as { buildId: string };
    await this.promoteBuild(buildId, options);
  }

  async promoteBuild(buildId: string, options: { takeOver?: boolean } = {}): Promise<void> {
    const build = { namespace: this.#temporal.namespace, buildId };
    const connection = await Connection.connect({ address: this.#temporal.address });
    try {
      await promoteBuild(connection, { ...build, withinMs: PROMOTED_WITHIN_MS });
      if (options.takeOver) await takeOverOpenRuns(connection, build);
    } finally {
      await connection.close();
    }
  }

  /** Runs a command of the worker's package as an operator does, and resolves with what it says. */
  async command(name: 'release' | 'provision-temporal', ...args: string[]): Promise<string> {
    const entry = join(REPOSITORY, `apps/worker/dist/commands/${name}.js`);
    const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args], {
      env: this.#environment,
      timeout: COMMAND_WITHIN_MS,
    });
    return stdout;
  }

  /**
   * Makes sweeps run by the minute, as every installation has them. Tests that kill nobody do without: what a sweep does
   * among them they ask for themselves.
   */
  async scheduleSweeps(): Promise<void> {
    await this.command('provision-temporal');
  }

  /** What API and worker are told, secrets included. */
  get environment(): Readonly<Record<string, string>> {
    return this.#environment;
  }

  /** A new organisation, and a client of the given API that speaks for it. */
  async newOrg(
    api: Pick<AppProcess, 'url'>,
  ): Promise<{ orgId: string; apiKey: string; docket: DocketClient }> {
    const org = await createOrg('an organisation of a test', this.#environment);
    return { ...org, docket: new DocketClient(api.url, org.apiKey) };
  }

  /** Stops everything in order, fails if something does not end well, and leaves nothing behind. */
  async stop(): Promise<void> {
    try {
      for (const app of [...this.#apps].reverse()) await app.stop();
    } finally {
      for (const app of this.#apps) if (app.isRunning) await app.kill();
      await this.database.drop();
      await this.storage.stop();
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  async #start(
    name: 'api' | 'worker',
    url: string,
    variables: Record<string, string>,
    probe: '/ready' | '/health' = '/ready',
  ): Promise<AppProcess> {
    const app = await AppProcess.start({
      name,
      entry: join(REPOSITORY, `apps/${name}/dist/main.js`),
      environment: { ...this.#environment, ...variables },
      url,
      probe,
      workingDir: this.#folder,
      logFile: this.#logsDir === null ? null : join(this.#logsDir, `${name}.log`),
    });
    this.#apps.add(app);
    return app;
  }
}

export interface RunningStack {
  stack: TestStack;
  api: AppProcess;
  worker: AppProcess;
}

/** One API and one worker on all queues, ready. */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const stack = await TestStack.open(await createTestDatabase(), options);
  try {
    const [api, worker] = await Promise.all([stack.startApi(), stack.startWorker()]);
    return { stack, api, worker };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
