import { toTypeId } from '@docket/domain/ids/type-id';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { createPrivateKey } from 'node:crypto';
import { newSigningKeys } from '../../../../test/support/signing-keys.ts';
import { ApiSettings, loadApiConfig } from '../../src/api-settings.ts';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from '../../src/people/auth/access-tokens.ts';
import { apiEnvironment } from '../support/api-environment.ts';

interface KeySet {
  keys: [{ kid: string; x: string; y: string; d: string; kty: 'EC'; crv: 'P-256' }];
}

const CLAIMS = {
  userId: '01980000-0000-7000-8000-000000000001',
  orgId: '01980000-0000-7000-8000-000000000002',
  sessionId: '01980000-0000-7000-8000-000000000003',
};
const ISSUER = 'https://docket.example';
const keySet = JSON.parse(newSigningKeys()) as KeySet;
const [key] = keySet.keys;
const tokens = replica(keySet);

function replica(keys: object): AccessTokens {
  const environment = apiEnvironment({ AUTH_SIGNING_KEYS: JSON.stringify(keys), API_PUBLIC_URL: ISSUER });
  return new AccessTokens(new ApiSettings(loadApiConfig(environment)));
}

interface Made {
  header?: Record<string, unknown>;
  claims?: JWTPayload;
  without?: string;
  key?: typeof key;
}

/** What we would have signed, and what differs from it. */
async function made({ header = {}, claims = {}, without, key: signer = key }: Made = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const payload: JWTPayload = {
    sub: toTypeId('user', CLAIMS.userId),
    org: toTypeId('org', CLAIMS.orgId),
    sid: toTypeId('session', CLAIMS.sessionId),
    iss: ISSUER,
    aud: 'docket',
    iat: now,
    exp: now + 600,
    ...claims,
  };
  if (without !== undefined) Reflect.deleteProperty(payload, without);
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt', ...header })
    .sign(createPrivateKey({ key: { ...signer }, format: 'jwk' }));
}

describe('an access token', () => {
  it('says who somebody is, where and in which session, for ten minutes, and nothing else', async () => {
    const token = await tokens.issue(CLAIMS);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
    expect(claims).toEqual({
      sub: toTypeId('user', CLAIMS.userId),
      org: toTypeId('org', CLAIMS.orgId),
      sid: toTypeId('session', CLAIMS.sessionId),
      iss: ISSUER,
      aud: 'docket',
    });
    expect(exp - iat).toBe(600);
    expect(ACCESS_TOKEN_SECONDS).toBe(600);
    expect(await tokens.verify(token)).toEqual(CLAIMS);
  });

  it('counts as we would have signed it, also when clocks differ by a few seconds', async () => {
    const now = Math.floor(Date.now() / 1_000);
    expect(await tokens.verify(await made())).toEqual(CLAIMS);
    expect(await tokens.verify(await made({ claims: { exp: now - 2 } }))).toEqual(CLAIMS);
  });

  it.each<[string, Made]>([
    ['that has expired', { claims: { exp: Math.floor(Date.now() / 1_000) - 30 } }],
    ['of another issuer', { claims: { iss: 'https://elsewhere.example' } }],
    ['for another audience', { claims: { aud: 'elsewhere' } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['without a type', { header: { typ: undefined } }],
    ['of an unknown key', { header: { kid: 'other' } }],
    ['that names no key', { header: { kid: undefined } }],
    ...['iat', 'exp', 'sub', 'org', 'sid', 'iss', 'aud'].map((claim): [string, Made] => [
      `without ${claim}`,
      { without: claim },
    ]),
    ['of a user that is none', { claims: { sub: toTypeId('org', CLAIMS.orgId) } }],
    ['of an organisation that is none', { claims: { org: 'org_1' } }],
    ['of a session that is none', { claims: { sid: CLAIMS.sessionId } }],
    [
      'with a user that is no text',
      { claims: { sub: [toTypeId('user', CLAIMS.userId)] as unknown as string } },
    ],
    ['with an organisation that is no text', { claims: { org: 1 } }],
    ['with a session that is no text', { claims: { sid: [toTypeId('session', CLAIMS.sessionId)] } }],
    ['signed with another key', { key: (JSON.parse(newSigningKeys()) as KeySet).keys[0] }],
  ])('%s does not count', async (_, difference) => {
    expect(await tokens.verify(await made(difference))).toBeNull();
  });

  it('without a signature, under another algorithm, or that is no token at all does not count', async () => {
    const claims = decodeJwt(await made());
    const unsigned = new UnsecuredJWT(claims).encode();
    const bySecret = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })
      .sign(Buffer.from(JSON.stringify(tokens.publicKeys()[0])));
    for (const token of [unsigned, bySecret, '', 'a.b.c', 'x', (await made()).slice(0, -4)])
      expect(await tokens.verify(token)).toBeNull();
  });

  it('is signed by the first key and verified by any, each published without its private half', async () => {
    const second = (JSON.parse(newSigningKeys()) as KeySet).keys[0];
    const both = replica({ keys: [second, key] });
    const token = await both.issue(CLAIMS);
    expect(decodeProtectedHeader(token).kid).toBe(second.kid);
    expect(await both.verify(token)).toEqual(CLAIMS);
    expect(await both.verify(await tokens.issue(CLAIMS))).toEqual(CLAIMS);
    expect(await tokens.verify(token)).toBeNull();
    expect(both.publicKeys()).toEqual(
      [second, key].map(({ kid, x, y }) => ({
        kty: 'EC',
        crv: 'P-256',
        x,
        y,
        kid,
        alg: 'ES256',
        use: 'sig',
      })),
    );
  });
});
