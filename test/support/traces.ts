import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from './database.ts';

/** Tables with a row in which a word stands, in any column, and files in which it stands, by content or by name. */
export async function tracesOf(
  word: string,
  database: TestDatabase,
  folder: string | null,
): Promise<string[]> {
  const tables = await database.asAdmin<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await database.asAdmin<{ found: boolean }>(
      `select exists (select 1 from ${name} t where strpos(lower(t::text), lower($1)) > 0
              or strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0) as found`,
      [word],
    );
    if (rows[0]?.found) found.push(name);
  }
  for (const path of folder === null ? [] : filesBelow(folder)) {
    if (path.includes(word) || readFileSync(path).includes(word)) found.push(path);
  }
  return found;
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
