import type { ContentClaim, ContentIdentity } from '@docket/db/contents';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { contentIdentity, PARSED } from '../../../../test/support/seeds/document.ts';

jest.setTimeout(30_000);

const LEASE_SECONDS = 60;

let db: TestDatabase;
let orgId: string;
let identity: ContentIdentity;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
});

afterAll(() => db.drop());

beforeEach(() => {
  identity = contentIdentity();
});

async function claim(runId: string, newContentId = newId()): Promise<ContentClaim> {
  const claimant = { newId: newContentId, runId, sizeBytes: 10, leaseSeconds: LEASE_SECONDS };
  return db.tenants.withTenant(orgId, (tx) => tx.contents.claim(identity, claimant));
}

async function claimed(runId: string): Promise<{ contentId: string; fencingToken: number }> {
  const result = await claim(runId);
  if (result.outcome !== 'claimed') throw new Error(`the claim ended as ${result.outcome}`);
  return result;
}

async function letLeaseRunOut(contentId: string): Promise<void> {
  await db.asAdmin(`update contents set lease_expires_at = now() - interval '1 second' where id = $1`, [
    contentId,
  ]);
}

describe('claiming a content', () => {
  it('gives it to one of 20 claimants at once, and the rest are told that it is busy', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(newId())));
    const winners = claims.filter(({ outcome }) => outcome === 'claimed');
    expect(winners).toHaveLength(1);
    const contentId = winners[0]?.contentId;
    expect(claims.filter(({ outcome }) => outcome === 'busy')).toHaveLength(19);
    expect(new Set(claims.map((each) => each.contentId))).toEqual(new Set([contentId]));
  });

  it('gives an expired lease to one of 20 claimants at once', async () => {
    const { contentId } = await claimed(newId());
    await letLeaseRunOut(contentId);
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(newId())));
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toEqual([
      { outcome: 'claimed', contentId, fencingToken: 2 },
    ]);
  });

  it('lets a run claim again what it holds, with a new token', async () => {
    const runId = newId();
    const first = await claimed(runId);
    const second = await claimed(runId);
    expect(second).toMatchObject({ contentId: first.contentId, fencingToken: first.fencingToken + 1 });
  });

  it('tells apart contents that differ in any part of their identity', async () => {
    const { contentId } = await claimed(newId());
    const original = identity;
    const others = [
      { parserKind: 'html' },
      { language: 'de' },
      { pipelineVersion: 2 },
      { sha256: contentIdentity().sha256 },
    ];
    for (const other of others) {
      identity = { ...original, ...other };
      expect((await claimed(newId())).contentId).not.toBe(contentId);
    }
  });

  it('gives each org its own content of the same bytes', async () => {
    const { contentId } = await claimed(newId());
    const other = await db.createOrg();
    const claimant = { newId: newId(), runId: newId(), sizeBytes: 10, leaseSeconds: LEASE_SECONDS };
    const theirs = await db.tenants.withTenant(other, (tx) => tx.contents.claim(identity, claimant));
    expect(theirs).toEqual({ outcome: 'claimed', contentId: claimant.newId, fencingToken: 1 });
    expect(theirs.contentId).not.toBe(contentId);
  });

  it('says that it is indexed, or why it was rejected, once that is decided', async () => {
    const runId = newId();
    const { contentId, fencingToken } = await claimed(runId);
    await db.tenants.withTenant(orgId, (tx) => tx.contents.markIndexed(contentId, fencingToken));
    expect(await claim(newId())).toEqual({ outcome: 'indexed', contentId });

    identity = contentIdentity();
    const bad = await claimed(runId);
    const error = { code: 'document.unreadable', message: 'It cannot be read.' };
    await db.tenants.withTenant(orgId, (tx) => tx.contents.markRejected(bad.contentId, runId, error));
    expect(await claim(newId())).toEqual({ outcome: 'rejected', contentId: bad.contentId, ...error });
  });

  it('is open to the next run at once after a release, which fences off what the last one still has in hand', async () => {
    const runId = newId();
    const { contentId } = await claimed(runId);
    await db.tenants.withTenant(orgId, (tx) => tx.contents.release(contentId, runId));
    expect(await claimed(newId())).toMatchObject({ contentId, fencingToken: 3 });
  });
});

describe('a run whose lease went to another', () => {
  it('can write nothing with its old token, while the new holder can', async () => {
    const late = newId();
    const old = await claimed(late);
    await letLeaseRunOut(old.contentId);
    const { contentId, fencingToken } = await claimed(newId());
    expect(fencingToken).toBeGreaterThan(old.fencingToken);

    await db.tenants.withTenant(orgId, async ({ contents }) => {
      expect(await contents.renewLease(contentId, old.fencingToken, LEASE_SECONDS)).toBe(false);
      expect(await contents.storeParsed(contentId, old.fencingToken, { ...PARSED, title: 'late' })).toBe(
        false,
      );
      expect(await contents.markIndexed(contentId, old.fencingToken)).toBeNull();
      await contents.markRejected(contentId, late, { code: 'document.empty', message: '' });
      await contents.release(contentId, late);
      expect(await contents.find(contentId)).toMatchObject({
        state: 'processing',
        title: null,
        fencingToken,
      });

      expect(await contents.renewLease(contentId, fencingToken, LEASE_SECONDS)).toBe(true);
      expect(await contents.storeParsed(contentId, fencingToken, { ...PARSED, title: 'mine' })).toBe(true);
      expect(await contents.markIndexed(contentId, fencingToken)).not.toBeNull();
    });
    expect(await claim(late)).toEqual({ outcome: 'indexed', contentId });
  });

  it('is refused too once the content is indexed, with whatever token', async () => {
    const { contentId, fencingToken } = await claimed(newId());
    await db.tenants.withTenant(orgId, async ({ contents }) => {
      expect(await contents.markIndexed(contentId, fencingToken)).not.toBeNull();
      expect(await contents.markIndexed(contentId, fencingToken)).toBeNull();
      expect(await contents.storeParsed(contentId, fencingToken, PARSED)).toBe(false);
    });
  });
});
