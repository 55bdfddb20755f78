import { ReadLanes } from '@docket/db/read-lanes';
import { TenantDatabase } from '@docket/db/tenant-database';
import { TenantReads } from '@docket/db/tenant-reads';
import { DocketError } from '@docket/domain/errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';
import { ApiKeyAuthenticator } from '../../src/access/api-key-authenticator.ts';
import { issueApiKey } from '../../src/access/api-key.ts';
import { Authenticator } from '../../src/access/authenticator.ts';
import { OperatorAuthenticator } from '../../src/access/operator-authenticator.ts';
import { hashSecret } from '../../src/access/secret-hash.ts';
import { ApiSettings, loadApiConfig } from '../../src/api-settings.ts';
import { AccessTokens } from '../../src/people/auth/access-tokens.ts';
import { endSession } from '../../src/people/auth/end-session.ts';
import { UserAuthenticator } from '../../src/people/auth/user-authenticator.ts';
import { apiEnvironment } from '../support/api-environment.ts';

const OPERATOR_TOKEN = 'operator-token-of-thirty-two-letters';

let db: TestDatabase;
let reads: TenantReads;
let settings: ApiSettings;
let tokens: AccessTokens;
let authenticator: Authenticator;
let orgId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  reads = new TenantReads(
    new ReadLanes(
      { url: db.appUrl, acquireTimeoutMs: 5_000, statementTimeoutMs: 5_000, applicationName: 'docket-test' },
      1,
    ),
  );
  settings = new ApiSettings(loadApiConfig(apiEnvironment({ PLATFORM_OPERATOR_TOKEN: OPERATOR_TOKEN })));
  tokens = new AccessTokens(settings);
  const tenants = new TenantDatabase(db.dataSource);
  authenticator = new Authenticator(
    new OperatorAuthenticator(settings),
    new ApiKeyAuthenticator(reads, tenants, settings),
    new UserAuthenticator(tokens, reads),
  );
});

beforeEach(async () => {
  orgId = await db.createOrg();
});

afterAll(async () => {
  await reads.close();
  await db.drop();
});

async function newKey(): Promise<{ id: string; key: string }> {
  const { key, prefix } = issueApiKey();
  const id = newId();
  const keyHash = hashSecret(key, settings.values.API_KEY_PEPPER);
  await db.tenants.withTenant(orgId, (tx) =>
    tx.apiKeys.create({ id, name: 'key', prefix, keyHash, scopes: ['search'], expiresAt: null }),
  );
  return { id, key };
}

async function signedIn(): Promise<{ userId: string; sessionId: string; token: string }> {
  const [userId, sessionId] = [newId(), newId()];
  await db.tenants.withMember(orgId, userId, async (tx, person) => {
    await person.users.create({ email: `${userId}@example.com`, name: 'Ada' });
    await tx.memberships.add(userId, 'agent');
    const token = { id: newId(), hash: Buffer.alloc(32, newId()) };
    await person.sessions.open({ id: sessionId, orgId, userAgent: null, idleSeconds: 60, token });
  });
  return { userId, sessionId, token: await tokens.issue({ userId, orgId, sessionId }) };
}

async function lastUsed(id: string): Promise<Date | null> {
  const rows = await db.asAdmin<{ at: Date | null }>(
    'select last_used_at as at from api_keys where id = $1',
    [id],
  );
  return rows[0]?.at ?? null;
}

describe('an Authorization header', () => {
  it('speaks for the operator, for a key or for a person', async () => {
    const { id, key } = await newKey();
    const { userId, sessionId, token } = await signedIn();
    const principal = { kind: 'api_key', orgId, apiKeyId: id, scopes: ['search'] };
    expect(await authenticator.authenticate(`Bearer ${OPERATOR_TOKEN}`)).toEqual({ kind: 'operator' });
    expect(await authenticator.authenticate(`Bearer ${key}`)).toEqual(principal);
    expect(await authenticator.authenticate(`bearer   ${key}`)).toEqual(principal);
    expect(await authenticator.authenticate(`Bearer ${token}`)).toEqual({
      kind: 'user',
      orgId,
      userId,
      sessionId,
      role: 'agent',
    });
  });

  it.each([undefined, ''])('%j is none: a credential is asked for', async (header) => {
    const refusal = authenticator.authenticate(header);
    await expect(refusal).rejects.toBeInstanceOf(DocketError);
    await expect(refusal).rejects.toMatchObject({
      code: 'auth.required',
      message: expect.stringContaining('Authorization: Bearer'),
    });
  });

  it('of another scheme, with more than a credential, or of an unknown one does not count', async () => {
    const { key } = await newKey();
    for (const header of [
      key,
      `Basic ${key}`,
      `Bearer ${key} x`,
      `xBearer ${key}`,
      `Bearer${key}`,
      'Bearer ',
      `Bearer ${issueApiKey().key}`,
      `Bearer ${key.slice(0, -1)}`,
      'Bearer a.b.c',
    ])
      await expect(authenticator.authenticate(header)).rejects.toMatchObject({
        code: 'auth.invalid',
        message: expect.stringContaining('unknown, revoked or expired'),
      });
  });

  it('with a key that was revoked or has expired does not count from the next request on', async () => {
    const { key } = await newKey();
    await authenticator.authenticate(`Bearer ${key}`);
    await db.asAdmin(`update api_keys set expires_at = now() where org_id = $1`, [orgId]);
    await expect(authenticator.authenticate(`Bearer ${key}`)).rejects.toMatchObject({ code: 'auth.invalid' });
    await db.asAdmin(`update api_keys set expires_at = null where org_id = $1`, [orgId]);
    await authenticator.authenticate(`Bearer ${key}`);
    await db.asAdmin(`update api_keys set revoked_at = now() where org_id = $1`, [orgId]);
    await expect(authenticator.authenticate(`Bearer ${key}`)).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it('with a token shows a change of role, the end of a session and a removal at the next request', async () => {
    const { userId, sessionId, token } = await signedIn();
    await db.tenants.withTenant(orgId, (tx) => tx.memberships.setRole(userId, 'owner'));
    expect(await authenticator.authenticate(`Bearer ${token}`)).toMatchObject({ role: 'owner' });
    const end = (): Promise<boolean> =>
      db.tenants.withMember(orgId, userId, (tx, person) => endSession(tx, person, sessionId, 'signed_out'));
    expect(await end()).toBe(true);
    await expect(authenticator.authenticate(`Bearer ${token}`)).rejects.toMatchObject({
      code: 'auth.invalid',
    });
    expect(await end()).toBe(false);
    const events = await db.tenants.withTenant(orgId, (tx) =>
      tx.audit.list({ action: 'session.end' }, { limit: 9, beforeSeq: null }),
    );
    expect(events.map(({ record }) => JSON.parse(record) as unknown)).toEqual([
      expect.objectContaining({
        subject: expect.stringMatching(/^ses_/),
        after: { reason: 'signed_out' },
      }),
    ]);
    const other = await signedIn();
    await db.tenants.withTenant(orgId, (tx) => tx.memberships.remove(other.userId));
    await expect(authenticator.authenticate(`Bearer ${other.token}`)).rejects.toMatchObject({
      code: 'auth.invalid',
    });
  });

  it('notes the last use of a key once a minute', async () => {
    const { id, key } = await newKey();
    await authenticator.authenticate(`Bearer ${key}`);
    expect(Date.now() - ((await lastUsed(id))?.getTime() ?? 0)).toBeLessThan(30_000);
    for (const [ago, isNoted] of [
      [50, false],
      [70, true],
    ] as const) {
      await db.asAdmin(`update api_keys set last_used_at = now() - make_interval(secs => $2) where id = $1`, [
        id,
        ago,
      ]);
      const before = await lastUsed(id);
      await authenticator.authenticate(`Bearer ${key}`);
      expect((await lastUsed(id))?.getTime() !== before?.getTime()).toBe(isNoted);
    }
  });
});
