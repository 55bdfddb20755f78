import { OperatorKeys, type OperatorAnswer } from '@docket/db/operator-keys';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';

const FINGERPRINT = randomBytes(32);
const ANSWER: OperatorAnswer = {
  status: 201,
  location: '/v1/platform/orgs/org_1',
  body: '{"id":"org_1"}',
  isSecret: false,
};

let db: TestDatabase;
let keys: OperatorKeys;

beforeAll(async () => {
  db = await createTestDatabase();
  keys = new OperatorKeys(db.dataSource);
});

afterAll(() => db.drop());

function settle(key: string, answer = ANSWER): Promise<boolean> {
  return keys.settle({ key, fingerprint: FINGERPRINT }, answer);
}

describe('an operator’s idempotency key', () => {
  it('gives the first answer and what it was asked with, and takes no second', async () => {
    expect(await keys.find('first')).toBeNull();
    expect(await settle('first')).toBe(true);
    expect(await settle('first', { ...ANSWER, status: 500 })).toBe(false);
    expect(await keys.find('first')).toEqual({ fingerprint: FINGERPRINT, answer: ANSWER });
    expect(await keys.find('other')).toBeNull();
  });

  it('keeps an answer without a body or an address, and no body that showed a secret', async () => {
    await settle('empty', { status: 204, location: null, body: null, isSecret: false });
    expect((await keys.find('empty'))?.answer).toEqual({
      status: 204,
      location: null,
      body: null,
      isSecret: false,
    });
    await settle('secret', { ...ANSWER, isSecret: true });
    expect((await keys.find('secret'))?.answer).toEqual({ ...ANSWER, isSecret: true, body: null });
  });

  it('is as if new after a day, and cleared away by the next', async () => {
    await settle('old');
    const [kept] = await db.asAdmin<{ hours: number }>(
      `select round(extract(epoch from expires_at - now()) / 3600)::integer as hours
         from operator_idempotency_keys where key = 'old'`,
    );
    expect(kept?.hours).toBe(24);
    await db.asAdmin(`update operator_idempotency_keys set expires_at = now() where key = 'old'`);
    expect(await keys.find('old')).toBeNull();
    expect(await settle('next')).toBe(true);
    expect(await db.asAdmin(`select 1 from operator_idempotency_keys where key = 'old'`)).toEqual([]);
    expect(await settle('old')).toBe(true);
  });

  it('is taken back with the effect it was stored with', async () => {
    const failing = db.dataSource.transaction(async (manager) => {
      await keys.settle({ key: 'failed', fingerprint: FINGERPRINT }, ANSWER, manager);
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    expect(await keys.find('failed')).toBeNull();
  });
});
