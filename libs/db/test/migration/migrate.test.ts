import { migrateDown, migrateUp, type MigrationTarget } from '@docket/db/migration';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { MIGRATIONS_FOLDER } from '../../../../test/support/postgres-setup.ts';
import { describeSchema } from '../../src/migration/describe-schema.ts';
import { readMigrations } from '../../src/migration/migration-files.ts';

// Databases are made, migrated and dropped one after the other; a busy machine takes seconds for each.
jest.setTimeout(60_000);

const COMMAND = resolve(import.meta.dirname, '../../dist/commands/migrate.js');
const NAMES = readMigrations(MIGRATIONS_FOLDER).map(
  ({ name, number }) => `${name}-${String(number).padStart(13, '0')}`,
);

let db: TestDatabase;
let target: MigrationTarget;

beforeAll(async () => {
  db = await createTestDatabase({ template: 'template1' });
  target = { adminUrl: db.adminUrl, applicationUrl: db.appUrl, folder: MIGRATIONS_FOLDER };
});

afterAll(() => db.drop());

async function takeEverythingBack(): Promise<number> {
  let taken = 0;
  while (await migrateDown(target)) taken += 1;
  return taken;
}

async function leftovers(): Promise<string[]> {
  const rows = await db.asAdmin<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
        and relkind in ('r', 'p', 'v', 'm', 'S') and relname not in ('migrations', 'migrations_id_seq')
     union all
     select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
  );
  return rows.map(({ name }) => name);
}

/** What the command wrote, when it ended well; it throws otherwise. */
async function migrateUpInAProcess(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, 'up'], {
    env: { ...process.env, DATABASE_URL: db.appUrl, DATABASE_ADMIN_URL: db.adminUrl, NODE_OPTIONS: '' },
  });
  return stdout.trim();
}

describe('migrations on an empty database', () => {
  it('run in order, and taking all of them back and running them again gives the same schema', async () => {
    expect(await migrateUp(target)).toEqual(NAMES);
    const first = await describeSchema(db.adminUrl);
    expect(first).toContain('create table documents');

    expect(await takeEverythingBack()).toBe(NAMES.length);
    expect(await leftovers()).toEqual([]);

    expect(await migrateUp(target)).toEqual(NAMES);
    expect(await describeSchema(db.adminUrl)).toBe(first);
  });

  it('do nothing when they are run again', async () => {
    await migrateUp(target);
    const before = await describeSchema(db.adminUrl);
    expect(await migrateUp(target)).toEqual([]);
    expect(await describeSchema(db.adminUrl)).toBe(before);
  });

  it('are one effect when two processes run them at once', async () => {
    if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is not built: npm run build`);
    await takeEverythingBack();
    const said = await Promise.all([migrateUpInAProcess(), migrateUpInAProcess()]);
    expect(said.toSorted()).toEqual([`database: ran ${NAMES.join(', ')}`, 'database: up to date']);
    const [applied] = await db.asAdmin<{ applied: number }>(
      'select count(*)::integer as applied from migrations',
    );
    expect(applied?.applied).toBe(NAMES.length);
  });
});

describe('the roles that migrations make', () => {
  it('can be made for several databases of one server at once', async () => {
    const others = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase({ template: 'template1' })));
    try {
      const ran = await Promise.all(
        others.map((other) =>
          migrateUp({ ...target, adminUrl: other.adminUrl, applicationUrl: other.appUrl }),
        ),
      );
      expect(ran).toEqual(others.map(() => NAMES));
    } finally {
      for (const other of others) await other.drop();
    }
  });
});
