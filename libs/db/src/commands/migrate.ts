import { databaseAdminConfig } from '@docket/platform/config/database';
import { loadConfig } from '@docket/platform/config/load';
import { fileURLToPath } from 'node:url';
import { migrateDown, migrateUp } from '../migration/migrate.js';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../migrations', import.meta.url));

/** `migrate.js up` runs what is missing; `migrate.js down` takes the newest one back. */
async function main(direction: string | undefined): Promise<void> {
  const config = loadConfig(databaseAdminConfig);
  const target = {
    adminUrl: config.DATABASE_ADMIN_URL,
    applicationUrl: config.DATABASE_URL,
    folder: MIGRATIONS_FOLDER,
  };
  if (direction === 'up') {
    const names = await migrateUp(target);
    console.log(names.length === 0 ? 'database: up to date' : `database: ran ${names.join(', ')}`);
  } else if (direction === 'down') {
    console.log(
      (await migrateDown(target)) ? 'database: took one migration back' : 'database: nothing to take back',
    );
  } else {
    throw new Error('usage: migrate.js up | down');
  }
}

await main(process.argv[2]);
