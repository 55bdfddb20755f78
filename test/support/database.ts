import { createDataSource } from '@docket/db/data-source';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { TEST_POSTGRES_VARIABLE, type TestPostgres } from './postgres-setup.ts';

export interface TestDatabase {
  adminUrl: string;
  appUrl: string;
  /** As the application role, which owns nothing. */
  dataSource: DataSource;
  tenants: TenantDatabase;
  system: SystemDatabase;
  /** One statement as the superuser, for looking behind the scenes. */
  asAdmin<T extends pg.QueryResultRow>(sql: string, parameters?: unknown[]): Promise<T[]>;
  /** A new org with a name. */
  createOrg(): Promise<string>;
  drop(): Promise<void>;
}

export function newId(): string {
  return uuidV7(Date.now(), randomBytes(10));
}

/** The server that the global set-up started. */
function testPostgres(): TestPostgres {
  const known = process.env[TEST_POSTGRES_VARIABLE];
  if (!known)
    throw new Error(
      `${TEST_POSTGRES_VARIABLE} is not set: run this file in a project with the global set-up`,
    );
  return JSON.parse(known) as TestPostgres;
}

/** A database of its own for one test file: migrated by cloning, in about 100 ms, and empty. */
export async function createTestDatabase(
  options: { template?: 'docket' | 'template1' } = {},
): Promise<TestDatabase> {
  const server = testPostgres();
  const name = `test_${randomBytes(6).toString('hex')}`;
  // Not from the template itself: two that clone it at the same time from within it would wait for each other to go.
  const maintenanceUrl = withDatabase(server.adminUrl, 'postgres');
  await run(maintenanceUrl, `create database ${name} template ${options.template ?? 'docket'}`);
  const adminUrl = withDatabase(server.adminUrl, name);
  const appUrl = withDatabase(server.appUrl, name);
  const dataSource = createDataSource({
    url: appUrl,
    poolSize: 8,
    acquireTimeoutMs: 5_000,
    statementTimeoutMs: 15_000,
    applicationName: 'docket-test',
  });
  await dataSource.initialize();
  const tenants = new TenantDatabase(dataSource);
  return {
    adminUrl,
    appUrl,
    dataSource,
    tenants,
    system: new SystemDatabase(dataSource),
    asAdmin: (sql, parameters) => run(adminUrl, sql, parameters),
    async createOrg() {
      const orgId = newId();
      await tenants.withTenant(orgId, (tx) => tx.orgs.create(`org ${orgId}`));
      return orgId;
    },
    async drop() {
      await dataSource.destroy();
      await run(maintenanceUrl, `drop database ${name} with (force)`);
    },
  };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function run<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
