import { foldLexemeChanges } from '@docket/db/fold-lexeme-changes';
import { mergePostings } from '@docket/db/merge-postings';
import { readBuildId } from '@docket/platform/build-id';
import { ConfigError, readEnvFile } from '@docket/platform/config/load';
import { startHealthServer } from '@docket/platform/health/server';
import { createLogger } from '@docket/platform/logging/logger';
import { startMetrics } from '@docket/platform/metrics';
import { startTracing } from '@docket/platform/tracing';
import { onShutdown } from '@docket/platform/process/shutdown';
import { connectionOptions } from '@docket/platform/temporal/connection';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { compose } from './composition.js';
import { observeRuns } from './observe-runs.js';
import { createQueueWorker } from './queue-workers.js';
import { readinessOf } from './readiness.js';
import { startReconciling } from './reconcile.js';
import { repeat } from './repeat.js';
import { loadWorkerConfig, queuesOf } from './worker-config.js';

/** How often appended term counts are folded in; queries are exact in between. */
const FOLD_EVERY_MS = 1_000;
/** How often passages of large organisations are merged into blocks; they are found by scan in between. */
const MERGE_EVERY_MS = 2_000;

async function main(): Promise<void> {
  readEnvFile();
  const config = loadWorkerConfig();
  const queues = queuesOf(config);
  const logger = createLogger(config.LOG_LEVEL, 'worker');
  const metrics = startMetrics();
  const buildId = config.WORKER_BUILD_ID ?? readBuildId('worker');
  const tracing = await startTracing(config, { name: 'docket-worker', version: buildId }, logger);
  // The signals have one owner: below.
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      // Attempts that failed are logged by the activity interceptor, which tells waiting from trouble.
      if (meta?.['sdkComponent'] === 'activity') return;
      logger[level === 'ERROR' ? 'error' : 'warn']({ ...meta }, message);
    }),
  });
  const connection = await NativeConnection.connect(connectionOptions(config));
  const parts = await compose(config, buildId, logger);
  const workers = new Map<string, Worker>();
  for (const queue of queues) {
    workers.set(queue, await createQueueWorker(queue, connection, { ...config, buildId }, parts, logger));
  }
  const folding = repeat('fold-lexeme-changes', FOLD_EVERY_MS, logger, () =>
    foldLexemeChanges(parts.system, parts.tenants),
  );
  const merging = repeat('merge-postings', MERGE_EVERY_MS, logger, () =>
    mergePostings(parts.system, parts.tenants),
  );
  if (queues.includes('main')) observeRuns(parts.system);
  const reconciling = queues.includes('main') ? startReconciling(parts, logger) : null;
  const health = await startHealthServer({
    host: config.WORKER_HEALTH_HOST,
    port: config.WORKER_HEALTH_PORT,
    metrics,
    readiness: () =>
      readinessOf(workers, connection, parts, { namespace: config.TEMPORAL_NAMESPACE, buildId }),
  });
  const running = Promise.all([...workers.values()].map((worker) => worker.run()));
  onShutdown(logger, config.WORKER_SHUTDOWN_SECONDS + 5, async () => {
    for (const worker of workers.values()) worker.shutdown();
    await running;
    await folding.stop();
    await merging.stop();
    await reconciling?.stop();
    health.close();
    await parts.close();
    await connection.close();
    await tracing.stop();
  });
  logger.info({ queues, buildId, pid: process.pid }, 'worker started');
  await running;
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});
