import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `0001-foundation.sql`: four digits order the migrations, the rest says what it is about. */
const FILE_PATTERN = /^(\d{4})-([a-z0-9-]+)\.sql$/;

export interface MigrationFile {
  number: number;
  name: string;
  up: string;
  down: string;
}

/**
 * Reads every migration of a folder in order. Each file holds plain SQL under the two marks `-- up` and `-- down`.
 *
 * @throws Error when a file's name or form is off, or when the numbers are not 1, 2, 3 and so on: two branches that
 *   took the same number must notice before a database does.
 */
export function readMigrations(folder: string): MigrationFile[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file, index) => {
    const match = FILE_PATTERN.exec(file);
    if (!match?.[1] || !match[2])
      throw new Error(`migration ${file}: the name must look like 0001-some-words.sql`);
    const number = Number(match[1]);
    if (number !== index + 1) throw new Error(`migration ${file}: expected number ${index + 1}`);
    return { number, name: match[2], ...sectionsOf(file, readFileSync(join(folder, file), 'utf8')) };
  });
}

function sectionsOf(file: string, sql: string): { up: string; down: string } {
  const [, up, down] = /^-- up\n([\s\S]*)^-- down\n([\s\S]*)$/m.exec(sql) ?? [];
  if (!up?.trim() || !down?.trim()) {
    throw new Error(`migration ${file}: it needs a section "-- up" and then a section "-- down"`);
  }
  return { up, down };
}

/** A TypeORM migration class for a file. TypeORM orders by the 13 digits at the end of the name. */
export function toMigrationClass(file: MigrationFile): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = `${file.name}-${String(file.number).padStart(13, '0')}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(file.up);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(file.down);
    }
  };
}
