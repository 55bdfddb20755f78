import { ConfiguredEmbedders } from '@docket/adapters/embedding/configured';
import { configuredReranker } from '@docket/adapters/reranking/configured';
import { ObjectStorage } from '@docket/adapters/storage';
import { ConfiguredStorage, createStorage } from '@docket/adapters/storage/create';
import { InstallationLog } from '@docket/db/audit/installation-log';
import { createDataSource } from '@docket/db/data-source';
import { EmbeddingProfiles } from '@docket/db/embedding-profiles';
import { RateWindows } from '@docket/db/limits/rate-windows';
import { OperatorKeys } from '@docket/db/operator-keys';
import { PersonDatabase } from '@docket/db/person-database';
import { PlatformRuns } from '@docket/db/platform-runs';
import { poolCounts } from '@docket/db/pool-counts';
import { SystemDatabase } from '@docket/db/system-database';
import { ReadLanes } from '@docket/db/read-lanes';
import { TenantDatabase } from '@docket/db/tenant-database';
import { TenantReads } from '@docket/db/tenant-reads';
import { observeMethods, timed } from '@docket/db/timed-methods';
import { storageSettings } from '@docket/platform/config/storage';
import type { Logger } from '@docket/platform/logging/logger';
import type { MetricsEndpoint } from '@docket/platform/metrics';
import { observePool } from '@docket/platform/metrics/pool';
import { repositoryObserver } from '@docket/platform/metrics/repositories';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { ApiSettings } from '../api-settings.js';
import { currentActor } from '../http/request-scope.js';
import { LOGGER } from './logger.token.js';
import { METRICS } from './metrics.token.js';
import { RERANKER } from './reranker.token.js';

/**
 * Connections for single reads: two, so that one read that waits for a lock does not hold up all others. They are part of
 * the process's share.
 */
const READ_LANES = 2;

/** What the API stands on: database, Temporal, storage, embedder, logger, metrics. One of each. */
@Global()
@Module({})
export class InfrastructureModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    private readonly temporal: Client,
    private readonly reads: TenantReads,
  ) {}

  static for(settings: ApiSettings, logger: Logger, metrics: MetricsEndpoint): DynamicModule {
    // Before anything is made that would be timed.
    observeMethods(repositoryObserver(logger, settings.values.DATABASE_SLOW_MS));
    const providers = [
      { provide: ApiSettings, useValue: settings },
      { provide: LOGGER, useValue: logger },
      { provide: METRICS, useValue: metrics },
      { provide: ConfiguredStorage, useFactory: () => createStorage(storageSettings(settings.values)) },
      {
        provide: ObjectStorage,
        useFactory: ({ objects }: ConfiguredStorage) => objects,
        inject: [ConfiguredStorage],
      },
      {
        provide: ConfiguredEmbedders,
        useValue: new ConfiguredEmbedders(settings.values, settings.values.EMBEDDING_QUERY_TIMEOUT_MS),
      },
      { provide: RERANKER, useValue: configuredReranker(settings.values) },
      { provide: Client, useFactory: () => createTemporalClient(settings.values) },
      ...databaseProviders(settings),
    ];
    return { module: InfrastructureModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.temporal.connection.close();
    await this.reads.close();
    await this.dataSource.destroy();
  }
}

function databaseSettings({ values }: ApiSettings) {
  return {
    url: values.DATABASE_URL,
    acquireTimeoutMs: values.DATABASE_ACQUIRE_TIMEOUT_MS,
    statementTimeoutMs: values.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'docket-api',
  };
}

/** The database, as the system, a tenant, a person or an operator sees it. */
function databaseProviders(settings: ApiSettings) {
  return [
    { provide: DataSource, useFactory: () => openDatabase(settings) },
    {
      provide: TenantDatabase,
      useFactory: (source: DataSource) => new TenantDatabase(source, currentActor),
      inject: [DataSource],
    },
    {
      provide: TenantReads,
      useFactory: () => timed(new TenantReads(new ReadLanes(databaseSettings(settings), READ_LANES))),
    },
    {
      provide: PersonDatabase,
      useFactory: (source: DataSource) => new PersonDatabase(source),
      inject: [DataSource],
    },
    {
      provide: EmbeddingProfiles,
      useFactory: (source: DataSource) => new EmbeddingProfiles(source),
      inject: [DataSource],
    },
    {
      provide: InstallationLog,
      useFactory: (source: DataSource) => new InstallationLog(source, currentActor),
      inject: [DataSource],
    },
    {
      provide: OperatorKeys,
      useFactory: (source: DataSource) => new OperatorKeys(source),
      inject: [DataSource],
    },
    {
      provide: PlatformRuns,
      useFactory: (source: DataSource) => new PlatformRuns(source),
      inject: [DataSource],
    },
    {
      provide: RateWindows,
      useFactory: (source: DataSource) => new RateWindows(source),
      inject: [DataSource],
    },
    {
      provide: SystemDatabase,
      useFactory: (source: DataSource) => timed(new SystemDatabase(source)),
      inject: [DataSource],
    },
  ];
}

async function openDatabase(settings: ApiSettings): Promise<DataSource> {
  const poolSize = settings.values.DATABASE_POOL_SIZE - READ_LANES;
  const dataSource = createDataSource({ ...databaseSettings(settings), poolSize });
  await dataSource.initialize();
  observePool(() => poolCounts(dataSource));
  return dataSource;
}
