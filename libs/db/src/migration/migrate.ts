import { DataSource } from 'typeorm';
import { readMigrations, toMigrationClass } from './migration-files.js';
import { ensureRoles, OWNER_ROLE, withSetupLock } from './roles.js';

export interface MigrationTarget {
  /** A user that may create roles and the extension. */
  adminUrl: string;
  /** The application's own address; its login is made when it is missing. */
  applicationUrl: string;
  /** The folder of the numbered SQL files. */
  folder: string;
}

/**
 * Brings a database up to the newest migration and returns the names of those it ran. Each runs in its own
 * transaction. Two processes at once are one effect: the second waits, and finds nothing to do.
 */
export async function migrateUp(target: MigrationTarget): Promise<string[]> {
  return withSetupLock(target.adminUrl, async (client) => {
    await ensureRoles(client, target.applicationUrl);
    return withMigrator(target, async (dataSource) => {
      const ran = await dataSource.runMigrations({ transaction: 'each' });
      return ran.map((migration) => migration.name);
    });
  });
}

/** Takes the newest migration back. Returns false when there is none left. */
export async function migrateDown(target: MigrationTarget): Promise<boolean> {
  return withSetupLock(target.adminUrl, () =>
    withMigrator(target, async (dataSource) => {
      const before = await countApplied(dataSource);
      if (before === 0) return false;
      await dataSource.undoLastMigration({ transaction: 'each' });
      return true;
    }),
  );
}

async function countApplied(dataSource: DataSource): Promise<number> {
  const rows: { applied: number }[] = await dataSource.query(
    'select count(*)::integer as applied from migrations',
  );
  return rows[0]?.applied ?? 0;
}

async function withMigrator<T>(
  target: MigrationTarget,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: target.adminUrl,
    migrations: readMigrations(target.folder).map(toMigrationClass),
    installExtensions: false,
    // What a migration creates belongs to the owner, whoever runs it.
    extra: { options: `-c role=${OWNER_ROLE}`, max: 1 },
  });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
