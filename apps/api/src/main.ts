import { ConfiguredStorage } from '@docket/adapters/storage/create';
import { reportStorageProblems } from '@docket/adapters/storage/self-check';
import { readBuildId } from '@docket/platform/build-id';
import { ConfigError, readEnvFile } from '@docket/platform/config/load';
import { createLogger } from '@docket/platform/logging/logger';
import { startMetrics } from '@docket/platform/metrics';
import { startTracing } from '@docket/platform/tracing';
import { onShutdown } from '@docket/platform/process/shutdown';
import { loadApiConfig } from './api-settings.js';
import { createApp } from './create-app.js';
import { Draining } from './health/draining.js';

async function main(): Promise<void> {
  readEnvFile();
  const config = loadApiConfig();
  const logger = createLogger(config.LOG_LEVEL, 'api');
  const tracing = await startTracing(config, { name: 'docket-api', version: readBuildId('api') }, logger);
  const app = await createApp(config, logger, startMetrics());
  await app.listen(config.API_PORT, config.API_HOST);
  // Closing stops listening, lets open requests finish, then lets go of database and Temporal.
  const stopping = new AbortController();
  onShutdown(logger, config.API_DRAIN_SECONDS + config.API_SHUTDOWN_SECONDS, async () => {
    stopping.abort();
    await app.get(Draining).begin(config.API_DRAIN_SECONDS);
    await app.close();
    await tracing.stop();
  });
  logger.info({ address: config.API_PUBLIC_URL, pid: process.pid }, 'api started');
  await reportStorageProblems(app.get(ConfiguredStorage), logger, stopping.signal);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});
