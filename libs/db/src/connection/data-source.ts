import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { ChunkTable, ContentTable } from '../tables/content.table.js';
import {
  CollectionTable,
  DocumentTable,
  DocumentVersionTable,
  UploadTable,
} from '../tables/document.table.js';
import { DocumentErasureTable, ObjectDeletionTable } from '../tables/erasure.table.js';
import { ApiKeyTable, OrgTable } from '../tables/org.table.js';
import { RunEventTable, RunExecutionTable, RunTable } from '../tables/run.table.js';
import { withTracedStatements } from './traced-statements.js';

export const TABLES = [
  OrgTable,
  ApiKeyTable,
  CollectionTable,
  DocumentTable,
  DocumentVersionTable,
  UploadTable,
  ContentTable,
  ChunkTable,
  RunTable,
  RunExecutionTable,
  RunEventTable,
  DocumentErasureTable,
  ObjectDeletionTable,
];

export interface DatabaseSettings {
  url: string;
  /** Connections of this process. All processes together must stay below the server's limit less its reserve. */
  poolSize: number;
  /** Milliseconds a caller waits for a connection before it is refused: a queue without an end helps nobody. */
  acquireTimeoutMs: number;
  /** Milliseconds one statement may run. */
  statementTimeoutMs: number;
  applicationName: string;
}

/**
 * The application's data source. The schema belongs to the migrations: TypeORM never changes it.
 */
export function createDataSource(settings: DatabaseSettings): DataSource {
  const dataSource = new DataSource({
    type: 'postgres',
    url: settings.url,
    entities: TABLES,
    synchronize: false,
    logging: false,
    installExtensions: false,
    applicationName: settings.applicationName,
    poolSize: settings.poolSize,
    connectTimeoutMS: settings.acquireTimeoutMs,
    // An idle connection that the server dropped is replaced on next use; the pool must not crash the process.
    poolErrorHandler: () => undefined,
    extra: {
      statement_timeout: settings.statementTimeoutMs,
      // A transaction left open by a bug must not hold its locks for ever.
      idle_in_transaction_session_timeout: settings.statementTimeoutMs,
      keepAlive: true,
    },
  });
  return withTracedStatements(dataSource);
}
