import type { ClaimOutcome, IdempotencyClaim, IdempotentAnswer } from '@docket/db/idempotency';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';

const LEASE_SECONDS = 30;
const ANSWER: IdempotentAnswer = {
  status: 201,
  location: '/v1/collections/col_1',
  body: '{"id":"col_1"}',
  isSecret: false,
  uploadGrant: null,
};

let db: TestDatabase;
let orgId: string;
let principalId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  principalId = newId();
});

afterAll(() => db.drop());

function request(key: string, body = 'body') {
  return { principalId, key, fingerprint: createHash('sha256').update(body).digest() };
}

async function claim(key: string, body?: string): Promise<ClaimOutcome> {
  return db.tenants.withTenant(orgId, (tx) => tx.idempotency.claim(request(key, body), LEASE_SECONDS));
}

async function mustClaim(key: string): Promise<IdempotencyClaim> {
  const outcome = await claim(key);
  if (outcome.kind !== 'claimed') throw new Error(`the claim is ${outcome.kind}`);
  return outcome.claim;
}

async function settle(held: IdempotencyClaim, answer = ANSWER): Promise<boolean> {
  return db.tenants.withTenant(orgId, (tx) => tx.idempotency.settle(held, answer));
}

/** As if the time had passed. */
async function age(key: string, column: 'lease_expires_at' | 'expires_at'): Promise<void> {
  await db.asAdmin(
    `update idempotency_keys set ${column} = now() - interval '1 second' where org_id = $1 and key = $2`,
    [orgId, key],
  );
}

describe('an idempotency key', () => {
  it('is claimed by one of many that race for it', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => claim('race')));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([
      'claimed',
      ...Array.from({ length: 7 }, () => 'in_progress'),
    ]);
  });

  it('gives the first answer to whoever asks again', async () => {
    expect(await settle(await mustClaim('answered'))).toBe(true);
    expect(await claim('answered')).toEqual({ kind: 'answered', answer: ANSWER });
  });

  it('keeps what an address to upload to is signed from', async () => {
    const uploadGrant = {
      stagingKey: 's/1',
      mediaType: 'text/plain',
      sizeBytes: 3,
      expiresAt: '2026-05-05T09:12:33Z',
    };
    await settle(await mustClaim('upload'), { ...ANSWER, uploadGrant });
    expect(await claim('upload')).toEqual({ kind: 'answered', answer: { ...ANSWER, uploadGrant } });
  });

  it('that somebody was refused is given up by nobody else until that is decided', async () => {
    const held = await mustClaim('locked');
    const release = await db.tenants.withTenant(orgId, async (tx) => {
      expect((await tx.idempotency.claim(request('locked'), LEASE_SECONDS)).kind).toBe('in_progress');
      return db.tenants
        .withTenant(orgId, async (other) => {
          await other.manager.query(`set local lock_timeout = '50ms'`);
          await other.idempotency.release(held);
        })
        .catch((error: unknown) => error);
    });
    expect(release).toMatchObject({ code: '55P03' });
  });

  it('is bound to what it was sent with, before and after the answer', async () => {
    const held = await mustClaim('bound');
    expect(await claim('bound', 'another body')).toEqual({ kind: 'mismatch' });
    await settle(held);
    expect(await claim('bound', 'another body')).toEqual({ kind: 'mismatch' });
    await age('bound', 'lease_expires_at');
    expect(await claim('bound', 'another body')).toEqual({ kind: 'mismatch' });
  });

  it('is another one for every caller', async () => {
    await mustClaim('mine');
    const theirs = { ...request('mine', 'another body'), principalId: newId() };
    const outcome = await db.tenants.withTenant(orgId, (tx) => tx.idempotency.claim(theirs, LEASE_SECONDS));
    expect(outcome.kind).toBe('claimed');
  });

  it('goes to a repeat when the lease ran out, and shuts out who held it before', async () => {
    const late = await mustClaim('late');
    await age('late', 'lease_expires_at');
    const taken = await mustClaim('late');
    expect(await settle(late)).toBe(false);
    expect(await settle(taken)).toBe(true);
    expect(await settle(late)).toBe(false);
  });

  it('that was given up and claimed anew still shuts out who held it before', async () => {
    const late = await mustClaim('given up');
    await age('given up', 'lease_expires_at');
    const taken = await mustClaim('given up');
    await db.tenants.withTenant(orgId, (tx) => tx.idempotency.release(taken));
    await mustClaim('given up');
    expect(await settle(late)).toBe(false);
  });

  it('is free at once when it is given up, unless it was answered', async () => {
    const failed = await mustClaim('failed');
    await db.tenants.withTenant(orgId, (tx) => tx.idempotency.release(failed));
    const held = await mustClaim('failed');
    await settle(held);
    await db.tenants.withTenant(orgId, (tx) => tx.idempotency.release(held));
    expect((await claim('failed')).kind).toBe('answered');
  });

  it('is over after its time: as if new, and removed by the sweep', async () => {
    await settle(await mustClaim('old'));
    await age('old', 'expires_at');
    expect(await db.system.orgsWithExpiredIdempotencyKeys(10)).toEqual([orgId]);
    expect((await claim('old', 'another body')).kind).toBe('claimed');
    await age('old', 'expires_at');
    expect(await db.tenants.withTenant(orgId, (tx) => tx.idempotency.deleteExpired(10))).toBe(1);
    expect(await db.system.orgsWithExpiredIdempotencyKeys(10)).toEqual([]);
  });

  it('keeps no body that showed a secret', async () => {
    await settle(await mustClaim('secret'), { ...ANSWER, isSecret: true });
    expect(await claim('secret')).toEqual({
      kind: 'answered',
      answer: { ...ANSWER, isSecret: true, body: null },
    });
    expect(await db.asAdmin('select body from idempotency_keys where key = $1', ['secret'])).toEqual([
      { body: null },
    ]);
  });

  it('takes its effect back with it when the claim is lost', async () => {
    const late = await mustClaim('effect');
    await age('effect', 'lease_expires_at');
    await mustClaim('effect');
    const effect = db.tenants.withTenant(orgId, async (tx) => {
      await tx.collections.insert({ id: newId(), name: 'effect', description: null });
      if (!(await tx.idempotency.settle(late, ANSWER))) throw new Error('the claim is lost');
    });
    await expect(effect).rejects.toThrow('the claim is lost');
    expect(await db.tenants.withTenant(orgId, (tx) => tx.collections.findByName('effect'))).toBeNull();
  });
});
