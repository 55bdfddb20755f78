import type { NewChunk } from '@docket/db/chunks';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { PROFILE_ID, seedDocument } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(30_000);

let db: TestDatabase;
let orgId: string;
let contentId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  ({ contentId } = await seedDocument(db, orgId));
});

afterAll(() => db.drop());

function chunk(text: string, overrides: Partial<NewChunk> = {}): NewChunk {
  const rest = { sectionPath: [], page: null, charStart: 0, charEnd: text.length, tokenCount: 1 };
  return { id: newId(), text, weights: '{1:1}/1000000000', ...rest, ...overrides };
}

async function stored(): Promise<Record<string, unknown>[]> {
  return db.asAdmin(
    `select c.id, c.ordinal, c.text, c.section_path, c.page, c.char_start, c.char_end, c.token_count, l.weights::text
       from chunks c left join chunk_lexical l on l.chunk_id = c.id where c.content_id = $1 order by c.ordinal`,
    [contentId],
  );
}

describe('writing the passages of a content', () => {
  it('keeps every field, the odd ones too', async () => {
    const odd = chunk(`"Quotes", {braces}, back\\slash, NULL, 日本語 🎉\nand a line`, {
      sectionPath: ['A "heading"', '', 'null', 'x,y', '{z}'],
      page: 7,
      charStart: 3,
      charEnd: 9,
      tokenCount: 12,
      weights: '{1:0.5,999999999:1.25}/1000000000',
    });
    await db.tenants.withTenant(orgId, ({ chunks }) => chunks.replaceAll(contentId, [odd, chunk('second')]));
    const [first, second] = await stored();
    expect(first).toEqual({
      id: odd.id,
      ordinal: 0,
      text: odd.text,
      section_path: odd.sectionPath,
      page: 7,
      char_start: 3,
      char_end: 9,
      token_count: 12,
      weights: odd.weights,
    });
    expect(second).toMatchObject({ ordinal: 1, text: 'second', section_path: [], page: null });
  });

  it('is repeatable: the same again is the same, and another attempt takes the place of the one before', async () => {
    const chunks = [chunk('one'), chunk('two'), chunk('three')];
    await db.tenants.withTenant(orgId, (tx) => tx.chunks.replaceAll(contentId, chunks));
    const before = await stored();
    await db.tenants.withTenant(orgId, (tx) => tx.chunks.replaceAll(contentId, chunks));
    expect(await stored()).toEqual(before);

    await db.tenants.withTenant(orgId, (tx) => tx.chunks.replaceAll(contentId, [chunk('only')]));
    expect((await stored()).map(({ text }) => text)).toEqual(['only']);
    const [orphans] = await db.asAdmin<{ found: number }>(
      'select count(*)::integer as found from chunk_lexical where content_id = $1',
      [contentId],
    );
    expect(orphans?.found).toBe(1);
  });

  it('may leave none, and takes their vectors along', async () => {
    const one = chunk('one');
    await db.tenants.withTenant(orgId, async (tx) => {
      await tx.chunks.replaceAll(contentId, [one]);
      await tx.chunks.upsertVectors(contentId, PROFILE_ID, [
        { chunkId: one.id, vector: Float32Array.of(1, 0) },
      ]);
      await tx.chunks.replaceAll(contentId, []);
    });
    expect(await stored()).toEqual([]);
    expect(await db.asAdmin('select 1 from chunk_embeddings where chunk_id = $1', [one.id])).toEqual([]);
  });
});

describe('writing vectors', () => {
  it('leaves those without one to be done, in reading order, and a repeat replaces', async () => {
    const chunks = [chunk('a'), chunk('b'), chunk('c')];
    const [a, b, c] = chunks.map(({ id }) => id);
    if (!a || !b || !c) throw new Error('three chunks were made');
    await db.tenants.withTenant(orgId, async (tx) => {
      await tx.chunks.replaceAll(contentId, chunks);
      await tx.chunks.upsertVectors(contentId, PROFILE_ID, [{ chunkId: b, vector: Float32Array.of(1, 0) }]);
      expect(await tx.chunks.withoutVector(contentId, PROFILE_ID, 10)).toEqual([
        { id: a, text: 'a' },
        { id: c, text: 'c' },
      ]);
      expect(await tx.chunks.withoutVector(contentId, PROFILE_ID, 1)).toEqual([{ id: a, text: 'a' }]);
      expect(await tx.chunks.countWithoutVector(contentId, PROFILE_ID)).toBe(2);

      const again = [a, b, c].map((chunkId) => ({ chunkId, vector: Float32Array.of(0, 0.5) }));
      await tx.chunks.upsertVectors(contentId, PROFILE_ID, again);
      await tx.chunks.upsertVectors(contentId, PROFILE_ID, again);
      expect(await tx.chunks.countWithoutVector(contentId, PROFILE_ID)).toBe(0);
      expect(await tx.chunks.withoutVector(contentId, PROFILE_ID, 10)).toEqual([]);
    });
    const rows = await db.asAdmin(
      'select embedding::text as vector from chunk_embeddings where content_id = $1',
      [contentId],
    );
    expect(rows).toEqual([{ vector: '[0,0.5]' }, { vector: '[0,0.5]' }, { vector: '[0,0.5]' }]);
  });
});

describe('reading passages', () => {
  it('pages in reading order, one more than asked to say that there are more', async () => {
    const chunks = ['a', 'b', 'c', 'd'].map((text) => chunk(text));
    await db.tenants.withTenant(orgId, async (tx) => {
      await tx.chunks.replaceAll(contentId, chunks);
      expect((await tx.chunks.list(contentId, -1, 2)).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
      expect((await tx.chunks.list(contentId, 1, 2)).map(({ text }) => text)).toEqual(['c', 'd']);
      expect(await tx.chunks.list(contentId, 3, 2)).toEqual([]);
    });
  });
});
