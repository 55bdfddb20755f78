import { startTemporaryPostgres, type TemporaryPostgres } from '../../tools/stack/temporary-postgres.ts';

export { MIGRATIONS_FOLDER } from '../../tools/stack/temporary-postgres.ts';

/** What test processes learn of the server that the run started. */
export type TestPostgres = Pick<TemporaryPostgres, 'adminUrl' | 'appUrl'>;

export const TEST_POSTGRES_VARIABLE = 'DOCKET_TEST_POSTGRES';

let stop: (() => Promise<void>) | undefined;

/**
 * Starts one real Postgres for the whole run and migrates its database `docket`, which is then only a template: every
 * test file gets a clone of its own.
 */
export async function startTestPostgres(): Promise<void> {
  const server = await startTemporaryPostgres();
  stop = server.stop;
  const known: TestPostgres = { adminUrl: server.adminUrl, appUrl: server.appUrl };
  process.env[TEST_POSTGRES_VARIABLE] = JSON.stringify(known);
}

export async function stopTestPostgres(): Promise<void> {
  await stop?.();
}
