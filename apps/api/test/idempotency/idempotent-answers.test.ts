import type { ObjectStorage } from '@docket/adapters/storage';
import type { IdempotencyClaim, IdempotentAnswer } from '@docket/db/idempotency';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { currentRequestScope, withRequestScope } from '../../src/http/request-scope.ts';
import {
  IdempotentAnswers,
  mismatch,
  stillRunning,
  type Answer,
} from '../../src/idempotency/idempotent-answers.ts';

const GRANT = {
  stagingKey: 's/1',
  mediaType: 'text/plain',
  sizeBytes: 3,
  expiresAt: '2026-05-05T09:12:33.000Z',
};
const FINGERPRINT = Buffer.alloc(32, 1);

let db: TestDatabase;
let orgId: string;
let answers: IdempotentAnswers;
let signed: unknown[];

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  const presignUpload = (...asked: unknown[]): Promise<object> => {
    signed.push(asked);
    return Promise.resolve({ method: 'PUT', url: `https://store.example/${signed.length}`, headers: {} });
  };
  answers = new IdempotentAnswers(db.tenants, { presignUpload } as unknown as ObjectStorage);
});

beforeEach(() => {
  signed = [];
});

afterAll(() => db.drop());

async function claimed(key = newId()): Promise<IdempotencyClaim> {
  const request = { principalId: newId(), key, fingerprint: FINGERPRINT };
  const outcome = await db.tenants.withTenant(orgId, (tx) => tx.idempotency.claim(request, 30));
  if (outcome.kind !== 'claimed') throw new Error(`the claim is ${outcome.kind}`);
  return outcome.claim;
}

async function stored(claim: IdempotencyClaim): Promise<unknown> {
  const request = { principalId: claim.principalId, key: claim.key, fingerprint: FINGERPRINT };
  return db.tenants.withTenant(orgId, (tx) => tx.idempotency.claim(request, 30));
}

/** Settles as a service does; whether a claim is left afterwards. */
function settle(claim: IdempotencyClaim | undefined, answer: Answer): Promise<boolean> {
  return withRequestScope(claim ? { claim } : {}, async () => {
    await db.tenants.withTenant(orgId, (tx) => answers.settle(tx, answer));
    return currentRequestScope().claim !== undefined;
  });
}

const NOTHING = { location: null, body: null, isSecret: false, uploadGrant: null };

describe('the answer of a request with a key', () => {
  it('is stored once, as it was sent', async () => {
    const claim = await claimed();
    expect(await settle(claim, { status: 201, location: '/v1/things/1', body: { b: 1, a: 'ä' } })).toBe(
      false,
    );
    expect(await stored(claim)).toEqual({
      kind: 'answered',
      answer: { ...NOTHING, status: 201, location: '/v1/things/1', body: '{"b":1,"a":"ä"}' },
    });
    const empty = await claimed();
    await settle(empty, { status: 204 });
    expect(await stored(empty)).toEqual({ kind: 'answered', answer: { ...NOTHING, status: 204 } });
  });

  it('without a key is nothing to store', async () => {
    expect(await settle(undefined, { status: 201 })).toBe(false);
  });

  it('is refused, and its effect with it, when the claim is lost', async () => {
    const claim = { ...(await claimed()), fencingToken: '0' };
    const work = withRequestScope({ claim }, () =>
      db.tenants.withTenant(orgId, async (tx) => {
        await tx.collections.insert({ id: newId(), name: 'effect', description: null });
        await answers.settle(tx, { status: 201 });
      }),
    );
    await expect(work).rejects.toMatchObject({ code: 'idempotency.in_progress', retryAfterSeconds: 1 });
    expect(await db.tenants.withTenant(orgId, (tx) => tx.collections.findByName('effect'))).toBeNull();
    expect(stillRunning().message).toContain('still running');
  });

  it('is not given to another request under its key', () => {
    expect(mismatch()).toMatchObject({
      code: 'idempotency.mismatch',
      message: expect.stringContaining('another address or body'),
    });
  });

  it('may be stored afterwards, and stays as it is when it was stored before', async () => {
    const claim = await claimed();
    const after = (answer: Answer, known?: IdempotencyClaim): Promise<unknown> =>
      withRequestScope(known ? { claim: known } : {}, async () => {
        await answers.settleAfter(orgId, answer);
        return currentRequestScope().claim;
      });
    expect(await after({ status: 200 })).toBeUndefined();
    expect(await after({ status: 202 }, claim)).toBeUndefined();
    await after({ status: 500 }, claim);
    expect(await stored(claim)).toMatchObject({ answer: { status: 202 } });
  });

  it('keeps no secret, and says so to a repeat', async () => {
    const claim = await claimed();
    await settle(claim, { status: 201, body: { key: 'dk_live_x' }, isSecret: true });
    expect(await stored(claim)).toMatchObject({ answer: { isSecret: true, body: null } });
    await expect(answers.bodyAgain({ ...NOTHING, status: 201, isSecret: true })).rejects.toMatchObject({
      code: 'idempotency.secret_not_replayable',
      message: expect.stringContaining('kept nowhere'),
    });
  });

  it('keeps no address to upload to, and signs it anew in its place', async () => {
    const claim = await claimed();
    await settle(claim, { status: 201, body: { a: 1, upload: { url: 'signed' }, z: 2 }, uploadGrant: GRANT });
    const outcome = (await stored(claim)) as { answer: IdempotentAnswer };
    expect(outcome.answer).toMatchObject({ body: '{"a":1,"upload":null,"z":2}', uploadGrant: GRANT });
    expect(await answers.bodyAgain(outcome.answer)).toBe(
      `{"a":1,"upload":{"method":"PUT","url":"https://store.example/1","headers":{},"expiresAt":"${GRANT.expiresAt}"},"z":2}`,
    );
    expect(signed).toEqual([
      ['s/1', { mediaType: 'text/plain', sizeBytes: 3, expiresAt: new Date(GRANT.expiresAt) }],
    ]);
  });

  it('is given again byte for byte, or is none', async () => {
    expect(await answers.bodyAgain({ ...NOTHING, status: 200, body: '{"b" : 1}' })).toBe('{"b" : 1}');
    expect(await answers.bodyAgain({ ...NOTHING, status: 204 })).toBeUndefined();
    expect(signed).toEqual([]);
  });
});
