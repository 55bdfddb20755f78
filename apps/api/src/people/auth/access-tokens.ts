import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import { signingKeys, type SigningKey } from '@docket/platform/config/auth';
import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ApiSettings } from '../../api-settings.js';

/** Whom an access token speaks for. What they may do is not in it: that is looked up at each request. */
export interface AccessClaims {
  userId: string;
  orgId: string;
  sessionId: string;
}

/** The public half of a signing key, as a JSON Web Key. */
export type PublicKey = Omit<SigningKey, 'd'> & { alg: typeof ALGORITHM; use: 'sig' };

/** The one algorithm. What a token's header says of it is compared with this and never followed. */
const ALGORITHM = 'ES256';
const TYPE = 'at+jwt';
const AUDIENCE = 'docket';
/** Short, since a token that was copied counts until then or until its session ends. */
export const ACCESS_TOKEN_SECONDS = 600;
/** Clocks of two replicas may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Issues and verifies access tokens: JWTs signed by the first of the configured keys, verified by any of them. */
@Injectable()
export class AccessTokens {
  readonly #issuer: string;
  readonly #keys: readonly SigningKey[];
  readonly #signingKey: KeyObject;
  readonly #kid: string;
  readonly #verifyingKeys: ReadonlyMap<string, KeyObject>;

  constructor({ values }: ApiSettings) {
    this.#issuer = values.API_PUBLIC_URL;
    this.#keys = signingKeys(values.AUTH_SIGNING_KEYS);
    const [first] = this.#keys;
    if (!first) throw new Error('a set of signing keys is never empty');
    this.#kid = first.kid;
    this.#signingKey = createPrivateKey({ key: { ...first }, format: 'jwk' });
    this.#verifyingKeys = new Map(
      this.#keys.map((key) => [key.kid, createPublicKey({ key: publicPart(key), format: 'jwk' })]),
    );
  }

  async issue({ userId, orgId, sessionId }: AccessClaims): Promise<string> {
    return new SignJWT({ org: toTypeId('org', orgId), sid: toTypeId('session', sessionId) })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.#kid, typ: TYPE })
      .setSubject(toTypeId('user', userId))
      .setIssuer(this.#issuer)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_TOKEN_SECONDS}s`)
      .sign(this.#signingKey);
  }

  /** What a token says, when it is ours, for us, unaltered and in time; null for anything else. */
  async verify(token: string): Promise<AccessClaims | null> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keyOf(kid), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: this.#issuer,
        audience: AUDIENCE,
        requiredClaims: ['iat', 'exp', 'sub', 'org', 'sid'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return claimsOf(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  /** The public halves as a JSON Web Key Set, for whoever wants to verify a token without asking us. */
  publicKeys(): PublicKey[] {
    return this.#keys.map((key) => ({ ...publicPart(key), kid: key.kid, alg: ALGORITHM, use: 'sig' }));
  }

  private keyOf(kid: string | undefined): KeyObject {
    const key = kid === undefined ? undefined : this.#verifyingKeys.get(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

function publicPart({ kty, crv, x, y }: SigningKey): Pick<SigningKey, 'kty' | 'crv' | 'x' | 'y'> {
  return { kty, crv, x, y };
}

function claimsOf({ sub, org, sid }: JWTPayload): AccessClaims | null {
  if (typeof sub !== 'string' || typeof org !== 'string' || typeof sid !== 'string') return null;
  const [userId, orgId, sessionId] = [
    parseTypeId('user', sub),
    parseTypeId('org', org),
    parseTypeId('session', sid),
  ];
  return userId !== null && orgId !== null && sessionId !== null ? { userId, orgId, sessionId } : null;
}
