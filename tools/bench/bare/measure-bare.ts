import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { join } from 'node:path';
import pg from 'pg';
import { inParallel } from '../../client/in-parallel.ts';
import { percentile, rounded } from '../percentiles.ts';
import { BARE_TABLES, bareActivities, DROP_BARE_TABLES } from './bare-activities.ts';

const TASK_QUEUE = 'bench-bare';

/** What is started for each job, and how many are under way at once. */
interface Shape {
  atOnce: number;
  job(client: Client, name: string): Promise<void>;
}

/** As `documentIngest` is started and told. */
export const BARE_INGEST: Shape = {
  atOnce: 24,
  async job(client, name) {
    const handle = await client.workflow.start('bareIngest', {
      taskQueue: TASK_QUEUE,
      workflowId: name,
      args: [name],
    });
    await handle.signal('uploaded');
    await handle.result();
  },
};

/** As `ticketEnrichment` is started. */
export const BARE_ENRICHMENT: Shape = {
  atOnce: 200,
  async job(client, name) {
    const handle = await client.workflow.signalWithStart('bareEnrichment', {
      taskQueue: TASK_QUEUE,
      workflowId: name,
      args: [name],
      signal: 'ticketChanged',
    });
    await handle.result();
  },
};

export interface BareResult {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
}

/**
 * A Temporal workflow of the given shape whose activities make the same inserts as the real one and do nothing else, on the same
 * servers in the same run: the yardstick for what the pipeline adds. Client and worker share this one process.
 */
export async function measureBare(
  servers: { temporalAddress: string; namespace: string; adminUrl: string },
  count: number,
  shape: Shape,
): Promise<BareResult> {
  const pool = new pg.Pool({ connectionString: servers.adminUrl, max: 12 });
  const connection = await NativeConnection.connect({ address: servers.temporalAddress });
  const clientConnection = await Connection.connect({ address: servers.temporalAddress });
  try {
    await pool.query(BARE_TABLES);
    const worker = await Worker.create({
      connection,
      namespace: servers.namespace,
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: join(import.meta.dirname, 'bare.workflow.ts'),
        logger: {
          log: ignore,
          trace: ignore,
          debug: ignore,
          info: ignore,
          warn: ignore,
          error: console.error,
        },
      }),
      activities: { ...bareActivities(pool) },
      maxCachedWorkflows: 600,
    });
    const client = new Client({ connection: clientConnection, namespace: servers.namespace });
    return await worker.runUntil(() => runJobs(client, count, shape));
  } finally {
    await pool.query(DROP_BARE_TABLES);
    await pool.end();
    await connection.close();
    await clientConnection.close();
  }
}

async function runJobs(client: Client, count: number, shape: Shape): Promise<BareResult> {
  const run = `${Date.now()}`;
  const job = (name: string): Promise<void> => shape.job(client, name);
  for (let index = 0; index < 20; index += 1) await job(`bench-bare-${run}-warm-${index}`);
  const alone: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const startedAt = performance.now();
    await job(`bench-bare-${run}-alone-${index}`);
    alone.push(performance.now() - startedAt);
  }
  const startedAt = performance.now();
  await inParallel(
    Array.from({ length: count }, (_, index) => index),
    shape.atOnce,
    (index) => job(`bench-bare-${run}-${index}`),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    perSecond: rounded(count / seconds),
    p50Ms: rounded(percentile(alone, 0.5)),
    p95Ms: rounded(percentile(alone, 0.95)),
  };
}

function ignore(): void {
  // The bundler's progress is of no interest here.
}
