import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { DocketClient } from '../../tools/client/docket-client.ts';
import { generatedDocuments } from '../../tools/client/generated-documents.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import type { AppProcess } from '../support/app-process.ts';
import { createTestDatabase } from '../support/database.ts';
import { endingsOfRuns, passagesStored } from '../support/ingest-effects.ts';
import { startRoundRobin, type RoundRobin } from '../support/round-robin.ts';
import { TestStack } from '../support/stack.ts';
import { startDevServer, type DevServer } from '../support/temporal-dev-server.ts';

const MINUTES = 60_000;
const REPLICAS = 2;
/** The load balancer looks five times a second. */
const DRAINING = { API_DRAIN_SECONDS: '1' };

describe('a rolling restart under load', () => {
  let server: DevServer;
  let stack: TestStack;
  let balancer: RoundRobin;
  let apis: AppProcess[];
  let workers: AppProcess[];
  let variables: Record<string, string>;

  beforeAll(async () => {
    server = await startDevServer();
    stack = await TestStack.open(await createTestDatabase(), {
      temporalAddress: server.address,
      namespace: server.namespace,
    });
    const port = await anyFreePort();
    variables = { ...DRAINING, API_PUBLIC_URL: `http://127.0.0.1:${port}` };
    const replicas = Array.from({ length: REPLICAS }, (_, index) => index);
    apis = await Promise.all(replicas.map(() => stack.startApi(variables)));
    workers = await Promise.all(
      replicas.map((index) => stack.startWorker({ WORKER_BUILD_ID: `build-${index}` })),
    );
    balancer = await startRoundRobin(
      port,
      apis.map(({ url }) => url),
      { probed: true },
    );
  }, 5 * MINUTES);
  afterAll(async () => {
    await balancer.close();
    await stack.stop();
    await server.stop();
  }, MINUTES);

  it(
    'fails no request, loses no run and repeats no effect',
    async () => {
      const { orgId, apiKey } = await stack.newOrg({ url: balancer.url });
      const docket = new DocketClient(balancer.url, apiKey);
      const load = new Load(docket);
      const loading = load.run();
      await pause(2_000);
      for (const [index, old] of apis.entries()) {
        const next = await stack.startApi(variables);
        apis[index] = next;
        balancer.use([...apis, old].map(({ url }) => url));
        await old.stop();
        balancer.use(apis.map(({ url }) => url));
      }
      for (const [index, old] of workers.entries()) {
        workers[index] = await stack.startWorker({ WORKER_BUILD_ID: `build-next-${index}` });
        await old.stop();
      }
      // What was pinned to a build whose last worker went before its end.
      const last = workers.at(-1);
      if (last) await stack.promote(last, { takeOver: true });
      await pause(2_000);
      load.stop();
      await loading;

      console.log(`${load.requests} requests, ${load.documents.length} documents`);
      expect(load.failures).toEqual([]);
      expect(load.documents.length).toBeGreaterThan(20);
      for (const id of load.documents)
        expect((await docket.untilEnded(id, 2 * MINUTES)).state).toBe('indexed');
      const runs = load.documents.length;
      expect(await endingsOfRuns(stack.database, orgId)).toEqual([{ state: 'succeeded', endings: 1, runs }]);
      expect(await passagesStored(stack.database, orgId)).toEqual([{ times: 1, contents: runs }]);
    },
    5 * MINUTES,
  );
});

/** Documents and reads, four of each at a time, until it is stopped; nothing is tried twice. */
class Load {
  readonly documents: string[] = [];
  readonly failures: string[] = [];
  requests = 0;
  #stopped = false;
  readonly #files = generatedDocuments(5_000, 'rolling');

  constructor(private readonly docket: DocketClient) {}

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: 4 }, () => Promise.all([this.#upload(), this.#read()])));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #upload(): Promise<void> {
    while (!this.#stopped) {
      const file = this.#files.pop();
      if (!file) return;
      await this.#try(async () => {
        const { documentId } = await this.docket.upload(file);
        this.documents.push(documentId);
      });
      await pause(200);
    }
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      const id = this.documents.at(-1);
      await this.#try(() => (id ? this.docket.document(id) : this.docket.request('GET', '/v1/documents')));
      await pause(20);
    }
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    this.requests += 1;
    try {
      await work();
    } catch (error) {
      this.failures.push(error instanceof Error ? error.message : String(error));
    }
  }
}
