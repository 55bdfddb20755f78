import { migrateUp } from '@docket/db/migration';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createHome, stackHome } from '../../tools/stack/home.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { preparePostgresPlace } from '../../tools/stack/postgres-place.ts';
import { startPostgres } from '../../tools/stack/postgres.ts';
import { readTools } from '../../tools/stack/tools.ts';

/** What test processes learn of the server that the run started. */
export interface TestPostgres {
  adminUrl: string;
  appUrl: string;
}

export const TEST_POSTGRES_VARIABLE = 'DOCKET_TEST_POSTGRES';
export const MIGRATIONS_FOLDER = resolve(import.meta.dirname, '../../migrations');

let stop: (() => Promise<void>) | undefined;

/**
 * Starts one real Postgres for the whole run and migrates its database `docket`, which is then only a template: every
 * test file gets a clone of its own.
 */
export async function startTestPostgres(): Promise<void> {
  const home = stackHome();
  createHome(home);
  const place = preparePostgresPlace(home, readTools(home).postgresBin);
  const name = `test-${randomBytes(4).toString('hex')}`;
  const dataDir = join(dirname(place.dataDir), name);
  const runDir = join(home.runDir, name);
  const logsDir = join(home.logsDir, name);
  for (const folder of [runDir, logsDir]) mkdirSync(folder, { recursive: true });
  const server = await startPostgres({
    binDir: place.binDir,
    dataDir,
    port: await anyFreePort(),
    superuserPassword: randomBytes(12).toString('hex'),
    appPassword: randomBytes(12).toString('hex'),
    runDir,
    logsDir,
  });
  stop = async () => {
    await server.stop();
    for (const folder of [dataDir, runDir, logsDir]) rmSync(folder, { recursive: true, force: true });
  };
  await migrateUp({ adminUrl: server.adminUrl, applicationUrl: server.appUrl, folder: MIGRATIONS_FOLDER });
  const known: TestPostgres = { adminUrl: server.adminUrl, appUrl: server.appUrl };
  process.env[TEST_POSTGRES_VARIABLE] = JSON.stringify(known);
}

export async function stopTestPostgres(): Promise<void> {
  await stop?.();
}
