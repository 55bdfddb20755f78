import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { describeSchema, SCHEMA_COMMAND } from '../../src/migration/describe-schema.ts';

jest.setTimeout(30_000);

const CHECKED_IN = resolve(import.meta.dirname, '../../schema.sql');

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.drop());

describe('libs/db/schema.sql', () => {
  it('is what the migrations add up to', async () => {
    const actual = await describeSchema(db.adminUrl);
    if (actual === readFileSync(CHECKED_IN, 'utf8')) return;
    throw new Error(`libs/db/schema.sql is out of date. With the stack up, write it anew: ${SCHEMA_COMMAND}`);
  });

  it('changes with anything that a migration can do to a table or a function', async () => {
    const changes = [
      'alter table documents add column seen integer default 7',
      'alter table documents alter column title drop not null',
      'alter table documents alter column title set storage external',
      'create index documents_title_idx on documents (title)',
      'alter table runs add constraint runs_positive check (attempts > 0)',
      'alter table runs no force row level security',
      'alter table runs disable row level security',
      'create policy wide on runs as restrictive for select to docket_app using (true)',
      'grant truncate on runs to docket_app',
      'grant select (name) on orgs to docket_system',
      'alter table runs owner to docket_system',
      'alter function docket_last_indexed_at() reset search_path',
      'alter function docket_last_indexed_at() security invoker',
      'grant execute on function docket_last_indexed_at() to public',
      'alter table chunk_embeddings_p3 disable row level security',
      'alter table chunk_embeddings_p3 alter column embedding set storage extended',
      'create table later (id integer)',
    ];
    const seen = [await describeSchema(db.adminUrl)];
    for (const change of changes) {
      await db.asAdmin(change);
      const described = await describeSchema(db.adminUrl);
      if (seen.at(-1) === described) throw new Error(`the description does not show: ${change}`);
      seen.push(described);
    }
    expect(new Set(seen).size).toBe(changes.length + 1);
  });
});
