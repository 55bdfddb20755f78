import { migrateUp } from '@docket/db/migration';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createHome, stackHome } from './home.ts';
import { anyFreePort } from './ports.ts';
import { preparePostgresPlace } from './postgres-place.ts';
import { startPostgres } from './postgres.ts';
import { readTools } from './tools.ts';

export const MIGRATIONS_FOLDER = resolve(import.meta.dirname, '../../migrations');

export interface TemporaryPostgres {
  /** The migrated database `docket`, as the superuser and as the application role. */
  adminUrl: string;
  appUrl: string;
  /** Stops the server and removes everything it wrote. */
  stop: () => Promise<void>;
}

/** A real Postgres beside the stack's own, migrated, that leaves nothing behind. */
export async function startTemporaryPostgres(): Promise<TemporaryPostgres> {
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
  const stop = async (): Promise<void> => {
    await server.stop();
    for (const folder of [dataDir, runDir, logsDir]) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await migrateUp({ adminUrl: server.adminUrl, applicationUrl: server.appUrl, folder: MIGRATIONS_FOLDER });
  } catch (error) {
    await stop();
    throw error;
  }
  return { adminUrl: server.adminUrl, appUrl: server.appUrl, stop };
}
