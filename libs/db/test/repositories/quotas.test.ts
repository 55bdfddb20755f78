import type { Plan, PlanUsage } from '@docket/domain/limits/plan';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RateWindows } from '../../src/limits/rate-windows.ts';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { seedDocument } from '../../../../test/support/seeds/document.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.asAdmin(
    `update plans set documents = 5, storage_bytes = 100, concurrent_runs = 4 where name = 'free'`,
  );
});

afterAll(() => db.drop());

async function orgOn(plan: Plan): Promise<string> {
  const orgId = await db.createOrg();
  await db.tenants.withTenant(orgId, (tx) => tx.plans.change(plan));
  return orgId;
}

async function usageOf(orgId: string): Promise<PlanUsage | undefined> {
  return (await db.tenants.withTenant(orgId, (tx) => tx.plans.find()))?.usage;
}

async function addDocument(orgId: string): Promise<string> {
  const id = newId();
  await db.tenants.withTenant(orgId, async (tx) => {
    const collectionId = await tx.collections.findOrCreate('default', newId());
    await tx.documents.insert({
      id,
      collectionId,
      title: 'a',
      sourceUrl: null,
      externalKey: null,
      metadata: {},
    });
  });
  return id;
}

async function addRun(orgId: string, kind = 'documentIngest'): Promise<string> {
  const id = newId();
  await db.tenants.withTenant(orgId, (tx) =>
    tx.runs.insert({
      id,
      kind,
      subjectKind: 'document',
      subjectId: newId(),
      workflowId: id,
      input: {},
      requestId: id,
      traceparent: null,
    }),
  );
  return id;
}

function codesOf(settled: PromiseSettledResult<unknown>[]): unknown[] {
  return settled.flatMap((each) =>
    each.status === 'rejected' ? [(each.reason as { code: unknown }).code] : [],
  );
}

describe('a quota', () => {
  it('of documents is not overrun by fifty who would each take the last place', async () => {
    const orgId = await orgOn('free');
    const settled = await Promise.allSettled(Array.from({ length: 50 }, () => addDocument(orgId)));
    const refused = codesOf(settled);
    expect(refused).toHaveLength(45);
    expect(new Set(refused)).toEqual(new Set(['quota.documents_exceeded']));
    expect(await usageOf(orgId)).toMatchObject({ documents: 5 });
  });

  it('of runs has room again when one ends, and an erasure is never refused for it', async () => {
    const orgId = await orgOn('free');
    const settled = await Promise.allSettled(Array.from({ length: 20 }, () => addRun(orgId)));
    expect(codesOf(settled)).toEqual(Array.from({ length: 16 }, () => 'quota.runs_exceeded'));
    await addRun(orgId, 'documentErasure');
    const [first] = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (first === undefined) throw new Error('no run');
    await db.tenants.withTenant(orgId, (tx) => tx.runs.end(first, { state: 'succeeded' }));
    await addRun(orgId);
    // Taking an ended run up again is new work as well.
    await expect(
      db.tenants.withTenant(orgId, (tx) => tx.runs.requeue(first, null, {})),
    ).rejects.toMatchObject({ code: 'quota.runs_exceeded' });
    expect(await usageOf(orgId)).toMatchObject({ concurrentRuns: 4 });
  });

  it('of one organisation is not used up by another, nor is there any without a limit', async () => {
    const [free, enterprise] = [await orgOn('free'), await orgOn('enterprise')];
    await Promise.all(Array.from({ length: 8 }, () => addDocument(enterprise)));
    await addDocument(free);
    expect(await usageOf(free)).toMatchObject({ documents: 1 });
    expect(await usageOf(enterprise)).toMatchObject({ documents: 8 });
  });

  it('leaves what there is when the plan shrinks, and gives room back for what is deleted', async () => {
    const orgId = await orgOn('enterprise');
    const ids = await Promise.all(Array.from({ length: 6 }, () => addDocument(orgId)));
    await db.tenants.withTenant(orgId, (tx) => tx.plans.change('free'));
    await expect(addDocument(orgId)).rejects.toMatchObject({ code: 'quota.documents_exceeded' });
    for (const id of ids.slice(0, 2)) {
      await db.tenants.withTenant(orgId, (tx) => tx.documents.markDeleted(id));
      await db.tenants.withTenant(orgId, (tx) => tx.documents.markDeleted(id));
    }
    await addDocument(orgId);
    expect(await usageOf(orgId)).toMatchObject({ documents: 5 });
  });

  it('of storage counts the bytes of versions that are kept', async () => {
    const orgId = await orgOn('enterprise');
    const { versionId } = await seedDocument(db, orgId);
    const [row] = await db.asAdmin<{ size: string }>(
      'select size_bytes as size from document_versions where id = $1',
      [versionId],
    );
    expect(await usageOf(orgId)).toMatchObject({ storageBytes: Number(row?.size) });
    await db.asAdmin(`update document_versions set state = 'rejected' where id = $1`, [versionId]);
    expect(await usageOf(orgId)).toMatchObject({ storageBytes: 0 });
  });

  it('is not the application’s to count', async () => {
    await expect(db.dataSource.query('update org_usage set documents = 0')).rejects.toThrow(
      /permission denied/,
    );
    await expect(db.dataSource.query(`update plans set documents = null`)).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('a window', () => {
  it('counts what everybody took at once, begins with the first and begins anew when it is over', async () => {
    const windows = new RateWindows(db.dataSource);
    const taken = await Promise.all(Array.from({ length: 30 }, () => windows.take('bucket', 2, 60)));
    expect(taken.map(({ used }) => used).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => (index + 1) * 2),
    );
    expect(Math.max(...taken.map(({ endsInMs }) => endsInMs))).toBeLessThanOrEqual(60_000);
    await db.asAdmin(`update rate_windows set ends_at = now() - interval '2 minutes'`);
    expect((await windows.take('other', 1, 60)).used).toBe(1);
    await windows.clear();
    expect(await db.asAdmin('select bucket from rate_windows')).toEqual([{ bucket: 'other' }]);
    expect((await windows.take('bucket', 1, 60)).used).toBe(1);
  });
});
