import { createDocumentErasureActivities } from '@docket/activities/document-erasure';
import { createDocumentIngestActivities } from '@docket/activities/document-ingest';
import { createReembeddingActivities } from '@docket/activities/reembedding';
import type { Embedder } from '@docket/adapters/embedding';
import { ConfiguredEmbedders } from '@docket/adapters/embedding/configured';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { createStorage } from '@docket/adapters/storage/create';
import { createDataSource } from '@docket/db/data-source';
import { EmbeddingProfiles, type EmbeddingProfile } from '@docket/db/embedding-profiles';
import { poolCounts } from '@docket/db/pool-counts';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { observeMethods, timed } from '@docket/db/timed-methods';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { storageSettings } from '@docket/platform/config/storage';
import type { Logger } from '@docket/platform/logging/logger';
import { observePool } from '@docket/platform/metrics/pool';
import { repositoryObserver } from '@docket/platform/metrics/repositories';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import { randomBytes } from 'node:crypto';
import { createExecutionRemover } from './execution-remover.js';
import { composeOperations } from './operations-composition.js';
import { composeWebhooks } from './webhook-composition.js';
import { composeTicketEnrichment } from './ticket-composition.js';
import { observedParsers } from './observed-parsers.js';
import type { WorkerConfig } from './worker-config.js';

/** What one text character may take when a parsed file comes back from its child, vectors and weights included. */
const OUTPUT_BYTES_PER_CHARACTER = 10;
/** Files a warm child parses before it is replaced, so that what a library leaks stays small. */
const FILES_PER_CHILD = 200;

/** Everything the worker is made of, and how to take it apart again. */
export async function compose(config: WorkerConfig, workerBuild: string, logger: Logger) {
  const dataSource = await createDataSource({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    acquireTimeoutMs: config.DATABASE_ACQUIRE_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'docket-worker',
  }).initialize();
  observePool(() => poolCounts(dataSource));
  observeMethods(repositoryObserver(logger, config.DATABASE_SLOW_MS));
  const tenants = new TenantDatabase(dataSource);
  const system = timed(new SystemDatabase(dataSource));
  const { objects: storage } = await createStorage(storageSettings(config));
  const parsers = createParserPool(config);
  const client = createTemporalClient(config);
  const now = (): Date => new Date();
  const newId = (): string => uuidV7(Date.now(), randomBytes(10));
  const embedderFor = embeddersOf(config);
  const executions = createExecutionRemover(client);
  const erasureNeeds = { tenants, storage, executions, workerBuild, newId, now };
  const documentErasure = createDocumentErasureActivities(erasureNeeds);
  const documentIngest = createDocumentIngestActivities({
    tenants,
    storage,
    parsers: observedParsers(parsers),
    embedderFor,
    limits: {
      textCharacters: config.TEXT_MAX_CHARACTERS,
      chunks: config.CHUNKS_MAX,
      storageFailures: config.STORAGE_FAILURES_MAX,
    },
    workerBuild,
    newId,
    now,
  });
  const enrichmentNeeds = { client, tenants, embedderFor, workerBuild, newId, now };
  const ticketEnrichment = composeTicketEnrichment(config, enrichmentNeeds);
  const reembedding = createReembeddingActivities({
    profiles: new EmbeddingProfiles(dataSource),
    tenants,
    embedderFor,
  });
  const operations = composeOperations({ client, system, tenants, storage, newId, now });
  const webhooks = composeWebhooks(config, { tenants, workerBuild, now });
  return {
    client,
    activities: {
      ...{ ...reembedding, ...documentErasure, ...documentIngest, ...ticketEnrichment },
      ...{ ...operations, ...webhooks },
    },
    tenants,
    system,
    storage,
    async close(): Promise<void> {
      await parsers.close();
      await client.connection.close();
      await dataSource.destroy();
    },
  };
}

function embeddersOf(config: WorkerConfig): (profile: EmbeddingProfile) => Embedder {
  const embedders = new ConfiguredEmbedders(config, config.EMBEDDING_TIMEOUT_SECONDS * 1_000);
  return (profile) => embedders.for(profile);
}

function createParserPool(config: WorkerConfig): ParserPool {
  return new ParserPool({
    size: config.PARSE_SLOTS,
    cpuMs: config.PARSE_TIMEOUT_SECONDS * 1_000,
    heapMb: config.PARSE_MEMORY_MB,
    maxOutputBytes: config.TEXT_MAX_CHARACTERS * OUTPUT_BYTES_PER_CHARACTER,
    reuse: FILES_PER_CHILD,
  });
}

export type Composition = Awaited<ReturnType<typeof compose>>;
