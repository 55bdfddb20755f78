import { databaseAdminConfig } from '@docket/platform/config/database';
import { loadConfig } from '@docket/platform/config/load';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describeSchema } from '../migration/describe-schema.js';
import { migrateUp } from '../migration/migrate.js';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../migrations', import.meta.url));
const SCHEMA_FILE = fileURLToPath(new URL('../../schema.sql', import.meta.url));

/**
 * Writes `libs/db/schema.sql` from what the migrations make of an empty database: one of its own on the given server,
 * dropped afterwards, so that what happens to be in the developer's database plays no part.
 */
async function main(): Promise<void> {
  const { DATABASE_ADMIN_URL: serverUrl, DATABASE_URL: applicationUrl } = loadConfig(databaseAdminConfig);
  const name = `docket_schema_${randomBytes(6).toString('hex')}`;
  const adminUrl = new URL(serverUrl);
  adminUrl.pathname = `/${name}`;
  await runOn(serverUrl, `create database ${name} template template0`);
  try {
    await migrateUp({ adminUrl: adminUrl.href, applicationUrl, folder: MIGRATIONS_FOLDER });
    writeFileSync(SCHEMA_FILE, await describeSchema(adminUrl.href));
  } finally {
    await runOn(serverUrl, `drop database ${name} with (force)`);
  }
  console.log(`wrote ${SCHEMA_FILE}`);
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

await main();
