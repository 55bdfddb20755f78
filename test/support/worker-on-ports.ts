import { createDocumentIngestActivities } from '@docket/activities/document-ingest';
import { HashedEmbedder } from '@docket/adapters/embedding/hashed';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { StorageFault } from '@docket/adapters/storage';
import { DiskStorage } from '@docket/adapters/storage/disk';
import { AddressSigner } from '@docket/adapters/storage/signed-address';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { createLogger } from '@docket/platform/logging/logger';
import { ActivityInterceptor } from '@docket/platform/temporal/activity-interceptor';
import { WORKER_DEPLOYMENT } from '@docket/platform/temporal/deployment';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from './database.ts';
import { faultyPort, type FaultCounts, type Faults } from './faulty-port.ts';
import type { TestStack } from './stack.ts';

const WORKFLOW_BUNDLE = join(import.meta.dirname, '../../apps/worker/dist/bundle/workflows.js');

const BUILD_ID = 'on-faulty-ports';
/** Shorter than a stall, so that claims run out under the feet of their holders. */
const LEASE_SECONDS = 2;

/**
 * A worker inside the test, with the shipped workflows and activities, on ports that fail by chance: storage, database,
 * parsers, embedder, and the way back of every activity's result.
 */
export class WorkerOnFaultyPorts {
  readonly #workers: Worker[];
  readonly #running: Promise<unknown>;
  readonly #close: () => Promise<void>;

  private constructor(workers: Worker[], close: () => Promise<void>) {
    this.#workers = workers;
    this.#running = Promise.all(workers.map((worker) => worker.run()));
    this.#close = close;
  }

  static async start(
    stack: TestStack,
    server: { address: string; namespace: string },
    faults: Faults,
    counts: FaultCounts,
  ): Promise<WorkerOnFaultyPorts> {
    const parsers = new ParserPool({
      size: 1,
      cpuMs: 30_000,
      heapMb: 512,
      maxOutputBytes: 200_000_000,
      reuse: 200,
    });
    // The whole worker: one that stalls renews no claim meanwhile.
    const frozen = { until: 0 };
    const port = <T extends object>(name: string, real: T, toError?: (message: string) => Error): T =>
      faultyPort(name, real, faults, counts, frozen, toError);
    const signer = new AddressSigner('k'.repeat(32), 'http://127.0.0.1');
    const embedder = port('embedder', new HashedEmbedder());
    const activities = port(
      'result',
      createDocumentIngestActivities({
        tenants: port('database', stack.database.tenants),
        storage: port(
          'storage',
          new DiskStorage(fileURLToPath(stack.storage.variables['STORAGE_URL'] ?? ''), signer),
          (message) => new StorageFault(message),
        ),
        parsers: port('parsers', parsers),
        embedderFor: () => embedder,
        limits: {
          textCharacters: 20_000_000,
          chunks: 5_000,
          // Here nobody gives up: what is looked for is what is left when everything has gone through.
          storageFailures: 1_000_000,
          leaseSeconds: LEASE_SECONDS,
        },
        workerBuild: BUILD_ID,
        newId,
        now: () => new Date(),
      }),
    );
    const connection = await NativeConnection.connect({ address: server.address });
    const { findUploadedObject, readContent, embedContentChunks, indexContent, endIngest } = activities;
    const logger = createLogger('silent', 'worker');
    const common = {
      connection,
      namespace: server.namespace,
      // The workflows say which builds they may move between, and a real server takes that from versioned workers only.
      workerDeploymentOptions: {
        version: { deploymentName: WORKER_DEPLOYMENT, buildId: BUILD_ID },
        useWorkerVersioning: true,
        defaultVersioningBehavior: 'AUTO_UPGRADE',
      },
      interceptors: { activity: [(context) => ({ inbound: new ActivityInterceptor(context, logger) })] },
    } satisfies Partial<WorkerOptions>;
    const workers = [
      await Worker.create({
        ...common,
        taskQueue: QUEUES.main,
        workflowBundle: { codePath: WORKFLOW_BUNDLE },
        activities: { findUploadedObject, indexContent, endIngest },
      }),
      await Worker.create({ ...common, taskQueue: QUEUES.parse, activities: { readContent } }),
      await Worker.create({ ...common, taskQueue: QUEUES.model, activities: { embedContentChunks } }),
    ];
    const worker = new WorkerOnFaultyPorts(workers, async () => {
      await parsers.close();
      await connection.close();
    });
    await stack.promoteBuild(BUILD_ID);
    return worker;
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await this.#running;
    await this.#close();
  }
}
