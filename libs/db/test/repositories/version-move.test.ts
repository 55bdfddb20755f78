import { mayMove, VERSION_STATES, type VersionState } from '@docket/domain/document/state-rules';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(30_000);

const PAIRS = VERSION_STATES.flatMap((from) => VERSION_STATES.map((to) => ({ from, to })));

let db: TestDatabase;
let orgId: string;
let versionId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  ({ versionId } = await seedDocument(db, orgId));
});

afterAll(() => db.drop());

async function putInto(state: VersionState): Promise<void> {
  await db.asAdmin(
    `update document_versions set state = $2, step = 'parse', error_code = null, timings = '{"parseMs": 1}',
            indexed_at = null where id = $1`,
    [versionId, state],
  );
}

describe('moving a version', () => {
  it.each(PAIRS)(
    'from $from to $to does what the rules say, and a forbidden move changes nothing',
    async ({ from, to }) => {
      await putInto(from);
      const error = { code: 'storage.unavailable', message: 'Gone.' };
      const { moved, before, after } = await db.tenants.withTenant(orgId, async ({ versions }) => ({
        before: await versions.find(versionId),
        moved: await versions.move(versionId, { state: to, step: 'index', error, timings: { indexMs: 2 } }),
        after: await versions.find(versionId),
      }));
      expect(moved).toBe(mayMove(from, to));
      if (!moved) return expect(after).toEqual(before);
      expect(after).toMatchObject({
        state: to,
        step: 'index',
        errorCode: error.code,
        timings: { parseMs: 1, indexMs: 2 },
      });
      return expect(after?.indexedAt === null).toBe(to !== 'indexed');
    },
  );

  it('keeps the content it had unless told another', async () => {
    await putInto('processing');
    const before = await db.tenants.withTenant(orgId, ({ versions }) => versions.find(versionId));
    await db.tenants.withTenant(orgId, ({ versions }) =>
      versions.move(versionId, { state: 'processing', step: 'embed' }),
    );
    const after = await db.tenants.withTenant(orgId, ({ versions }) => versions.find(versionId));
    expect(before?.contentId).not.toBeNull();
    expect(after?.contentId).toBe(before?.contentId);
  });

  it('keeps the time of the first indexing when it is repeated', async () => {
    await putInto('processing');
    const times: (Date | null | undefined)[] = [];
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await db.tenants.withTenant(orgId, async ({ versions }) => {
        expect(await versions.move(versionId, { state: 'indexed' })).toBe(true);
        times.push((await versions.find(versionId))?.indexedAt);
      });
    }
    expect(times[1]).toEqual(times[0]);
  });

  it('tells of a version that is not there that it did not', async () => {
    expect(
      await db.tenants.withTenant(orgId, ({ versions }) => versions.move(newId(), { state: 'deleted' })),
    ).toBe(false);
  });
});

describe('failures of the storage', () => {
  it('are counted once each, however many are noted at once', async () => {
    const counts = await Promise.all(
      Array.from({ length: 10 }, () =>
        db.tenants.withTenant(orgId, ({ versions }) => versions.countFault(versionId, 'storage_failures')),
      ),
    );
    expect(counts.toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
