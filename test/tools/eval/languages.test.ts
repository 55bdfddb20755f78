import { searchPassages } from '@docket/db/passage-search';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { storeFile } from '../../../tools/eval/store-file.ts';

const SAMPLES = join(import.meta.dirname, '../../../samples/languages');
const QUERIES = JSON.parse(readFileSync(join(SAMPLES, 'queries.json'), 'utf8')) as Record<
  string,
  { query: string; quote: string }[]
>;
const LANGUAGES = Object.keys(QUERIES);

let db: TestDatabase;
/** One org with the handbooks of every language, and one org each with its own language alone. */
const orgs = new Map<string, string>();

beforeAll(async () => {
  db = await createTestDatabase();
  const mixed = await db.createOrg();
  orgs.set('mixed', mixed);
  for (const language of LANGUAGES) {
    const file = { fileName: `${language}.md`, mediaType: 'text/markdown' };
    const bytes = readFileSync(join(SAMPLES, file.fileName));
    const own = await db.createOrg();
    orgs.set(language, own);
    await storeFile(db.tenants, own, { ...file, bytes });
    await storeFile(db.tenants, mixed, { ...file, bytes });
  }
}, 30_000);

afterAll(() => db.drop());

async function found(org: string, text: string): Promise<string[]> {
  const hits = await db.tenants.withTenant(orgs.get(org) ?? '', (tx) =>
    searchPassages(tx, { text, vector: null, mode: 'hybrid', filter: {}, limit: 3 }, 0),
  );
  return hits.map((hit) => hit.text);
}

describe.each(LANGUAGES)('ten questions in %s', (language) => {
  const queries = QUERIES[language] ?? [];

  it('are ten', () => {
    expect(queries).toHaveLength(10);
  });

  it.each(queries)(
    'find their passage first in an org of that language: $query',
    async ({ query, quote }) => {
      expect((await found(language, query))[0]).toContain(quote);
    },
  );

  it.each(queries)(
    'find it among the first three in an org of all languages: $query',
    async ({ query, quote }) => {
      expect(await found('mixed', query)).toContainEqual(expect.stringContaining(quote));
    },
  );
});
