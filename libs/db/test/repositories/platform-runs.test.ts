import { PlatformRuns } from '@docket/db/platform-runs';
import { createDataSource } from '@docket/db/data-source';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { newRun } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(30_000);

let db: TestDatabase;
let runs: PlatformRuns;
let close: () => Promise<void>;
let orgs: [string, string];

beforeAll(async () => {
  db = await createTestDatabase();
  orgs = [await db.createOrg(), await db.createOrg()];
  const source = createDataSource({
    url: db.appUrl,
    poolSize: 2,
    acquireTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
    applicationName: 'test',
  });
  await source.initialize();
  close = () => source.destroy();
  runs = new PlatformRuns(source);
  for (const orgId of [...orgs, ...orgs]) await failed(orgId, 'storage.unavailable');
  await failed(orgs[0], 'document.empty');
});

afterAll(async () => {
  await close();
  await db.drop();
});

async function failed(orgId: string, code: string): Promise<void> {
  const id = newId();
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.runs.insert(newRun(id));
    await tx.runs.end(id, { state: 'failed', error: { code, message: 'No.' } });
  });
}

const PAGE = { limit: 3, beforeId: null };

describe('what an operator sees of all organisations', () => {
  it('are ids, newest first and page by page, as the application role', async () => {
    const first = await runs.list({}, PAGE);
    expect(first).toHaveLength(4);
    const ids = first.map(({ runId }) => runId);
    expect(ids).toEqual([...ids].sort().reverse());
    const rest = await runs.list({}, { limit: 3, beforeId: ids[2] ?? null });
    expect(rest.map(({ runId }) => runId)[0]).toBe(ids[3]);
    expect(rest).toHaveLength(2);
  });

  it.each([
    [{ errorCode: 'document.empty' }, 1],
    [{ state: 'failed', errorCode: 'storage.unavailable' }, 4],
    [{ state: 'succeeded' }, 0],
    [{ kind: 'other' }, 0],
    [{ since: new Date(Date.now() + 60_000) }, 0],
  ] as const)('can be narrowed by %j', async (filter, count) => {
    expect(await runs.list(filter, { limit: 10, beforeId: null })).toHaveLength(count);
    const inOne = await runs.list({ ...filter, orgId: orgs[1] }, { limit: 10, beforeId: null });
    expect(inOne.every(({ orgId }) => orgId === orgs[1])).toBe(true);
  });

  it('are organisations with the number of their failures, the most first', async () => {
    expect(await runs.orgsWithFailures()).toEqual([
      { orgId: orgs[0], failures: 3 },
      { orgId: orgs[1], failures: 2 },
    ]);
  });
});
