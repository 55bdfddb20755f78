import { foldLexemeChanges } from '@docket/db/fold-lexeme-changes';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { contentIdentity, PARSED } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(120_000);

const TERMS = [1, 2, 3, 4, 999_999_999];

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.drop());

/** A content as the counts see it: how many chunks it has, and in how many of them each term stands. */
interface Counted {
  chunkCount: number;
  terms: number[];
  deltas: number[];
}

const counted: fc.Arbitrary<Counted> = fc
  .record({
    chunkCount: fc.integer({ min: 1, max: 9 }),
    terms: fc.subarray(TERMS),
    deltas: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ chunkCount, terms, deltas }) => ({ chunkCount, terms, deltas: deltas.slice(0, terms.length) }));

const step = fc.oneof(
  { weight: 3, arbitrary: counted.map((content) => ({ kind: 'append' as const, content })) },
  { weight: 1, arbitrary: fc.nat({ max: 20 }).map((pick) => ({ kind: 'takeBack' as const, pick })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((most) => ({ kind: 'fold' as const, most })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'foldTwiceAtOnce' as const }) },
);

async function insertContent(orgId: string, { chunkCount, terms, deltas }: Counted): Promise<string> {
  const id = newId();
  await db.tenants.withTenant(orgId, async ({ contents }) => {
    await contents.claim(contentIdentity(), { newId: id, runId: newId(), sizeBytes: 1, leaseSeconds: 60 });
    await contents.storeParsed(id, 1, { ...PARSED, chunkCount, lexemeTerms: terms, lexemeDeltas: deltas });
  });
  return id;
}

function append(orgId: string, contentId: string, sign: 1 | -1): Promise<void> {
  return db.tenants.withTenant(orgId, ({ lexemes }) => lexemes.appendContent(contentId, sign));
}

function fold(orgId: string, most: number): Promise<number> {
  return db.tenants.withTenant(orgId, ({ lexemes }) => lexemes.fold(most));
}

/** The plain count over all contents that are in, terms that stand nowhere left out. */
function plainCount(contents: Iterable<Counted>): { chunkTotal: number; byTerm: Record<number, number> } {
  const byTerm: Record<number, number> = {};
  let chunkTotal = 0;
  for (const { chunkCount, terms, deltas } of contents) {
    chunkTotal += chunkCount;
    terms.forEach((term, index) => {
      byTerm[term] = (byTerm[term] ?? 0) + (deltas[index] ?? 0);
    });
  }
  return { chunkTotal, byTerm };
}

async function frequencies(orgId: string): Promise<{ chunkTotal: number; byTerm: Record<number, number> }> {
  const found = await db.tenants.withTenant(orgId, ({ lexemes }) => lexemes.frequencies(TERMS));
  const standing = [...found.byTerm].filter(([, count]) => count !== 0);
  return { chunkTotal: found.chunkTotal, byTerm: Object.fromEntries(standing) };
}

describe('term frequencies', () => {
  it('equal a plain count after every append, every taking back and every fold, also two folds at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const orgId = await db.createOrg();
        const standing = new Map<string, Counted>();
        for (const next of steps) {
          if (next.kind === 'append') {
            const id = await insertContent(orgId, next.content);
            await append(orgId, id, 1);
            standing.set(id, next.content);
          } else if (next.kind === 'takeBack') {
            const id = [...standing.keys()].at(next.pick % Math.max(1, standing.size));
            if (id !== undefined) await append(orgId, id, -1);
            if (id !== undefined) standing.delete(id);
          } else if (next.kind === 'fold') {
            expect(await fold(orgId, next.most)).toBeLessThanOrEqual(next.most);
          } else {
            await Promise.all([fold(orgId, 2), fold(orgId, 2)]);
          }
          expect(await frequencies(orgId)).toEqual(plainCount(standing.values()));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('stay exact at every moment while two connections fold and others read', async () => {
    const orgId = await db.createOrg();
    const content = { chunkCount: 2, terms: [1, 2, 3], deltas: [2, 1, 1] };
    const contentId = await insertContent(orgId, content);
    for (let count = 0; count < 60; count += 1) await append(orgId, contentId, 1);
    const expected = { chunkTotal: 120, byTerm: { 1: 120, 2: 60, 3: 60 } };

    let folding = true;
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      while (folding) seen.push(await frequencies(orgId));
    };
    const foldAll = async (): Promise<number> => {
      let folded = 0;
      for (let now = -1; now !== 0; folded += now) now = await fold(orgId, 3);
      return folded;
    };
    const readers = [read(), read()];
    const folded = await Promise.all([foldAll(), foldAll()]);
    folding = false;
    await Promise.all(readers);

    expect(folded.reduce((sum, each) => sum + each, 0)).toBe(60);
    expect(seen.length).toBeGreaterThan(0);
    for (const found of seen) expect(found).toEqual(expected);
    expect(await frequencies(orgId)).toEqual(expected);
  });

  it('count a change only when its transaction commits', async () => {
    const orgId = await db.createOrg();
    const contentId = await insertContent(orgId, { chunkCount: 1, terms: [1], deltas: [1] });
    const failing = db.tenants.withTenant(orgId, async ({ lexemes }) => {
      await lexemes.appendContent(contentId, 1);
      throw new Error('the indexing failed');
    });
    await expect(failing).rejects.toThrow('the indexing failed');
    expect(await frequencies(orgId)).toEqual({ chunkTotal: 0, byTerm: {} });
  });
});

describe('the background fold', () => {
  it('leaves no change of any org behind, and says how many there were', async () => {
    await foldLexemeChanges(db.system, db.tenants);
    const orgs = [await db.createOrg(), await db.createOrg()];
    for (const orgId of orgs) {
      const contentId = await insertContent(orgId, { chunkCount: 1, terms: [1], deltas: [1] });
      await append(orgId, contentId, 1);
      await append(orgId, contentId, 1);
    }
    expect(await foldLexemeChanges(db.system, db.tenants)).toBe(4);
    expect(await foldLexemeChanges(db.system, db.tenants)).toBe(0);
    for (const orgId of orgs) expect(await frequencies(orgId)).toEqual({ chunkTotal: 2, byTerm: { 1: 2 } });
  });
});
