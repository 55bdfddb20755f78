import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
} from 'node:crypto';

interface SigningKey extends JsonWebKey {
  kid: string;
}

/** Whom a token is to speak for, in public ids. */
export interface TokenSubject {
  sub: string;
  org: string;
  sid: string;
}

/** Makes access tokens as the API does, right ones and wrong ones, without any code of the API. */
export class TokenForge {
  readonly #key: SigningKey;
  readonly #issuer: string;

  constructor(signingKeys: string, issuer: string) {
    const [key] = (JSON.parse(signingKeys) as { keys: SigningKey[] }).keys;
    if (!key) throw new Error('no signing key');
    this.#key = key;
    this.#issuer = issuer;
  }

  valid(subject: TokenSubject): string {
    return this.#signed(this.#header(), this.#payload(subject));
  }

  /** Every way in which a token of a person who may do everything can be wrong. */
  wrong(subject: TokenSubject): Record<string, string> {
    const header = this.#header();
    const payload = this.#payload(subject);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const now = Math.floor(Date.now() / 1_000);
    const publicPem = createPublicKey({ key: this.#key, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    return {
      expired: this.#signed(header, { ...payload, iat: now - 1_200, exp: now - 600 }),
      'signed by another key': signed(header, payload, stranger),
      'of an unknown key id': signed({ ...header, kid: 'unknown' }, payload, stranger),
      'without a key id': this.#signed({ ...header, kid: undefined }, payload),
      'of another audience': this.#signed(header, { ...payload, aud: 'another' }),
      'of another issuer': this.#signed(header, { ...payload, iss: 'https://another.example' }),
      'of another type': this.#signed({ ...header, typ: 'JWT' }, payload),
      'without an expiry': this.#signed(header, { ...payload, exp: undefined }),
      'not of its organisation any more': this.#signed(header, {
        ...payload,
        org: 'org_00000000000000000000000001',
      }),
      'with alg none': `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`,
      'with alg none and a signature': `${encode({ ...header, alg: 'none' })}.${this.valid(subject).split('.').slice(1).join('.')}`,
      'with the public key as an HMAC secret': hmacSigned({ ...header, alg: 'HS256' }, payload, publicPem),
      'with another payload': `${encode(header)}.${encode({ ...payload, exp: now + 9_999 })}.${this.valid(subject).split('.')[2] ?? ''}`,
    };
  }

  #header(): Record<string, unknown> {
    return { alg: 'ES256', kid: this.#key.kid, typ: 'at+jwt' };
  }

  #payload(subject: TokenSubject): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000);
    return { ...subject, iss: this.#issuer, aud: 'docket', iat: now, exp: now + 600 };
  }

  #signed(header: object, payload: object): string {
    return signed(header, payload, createPrivateKey({ key: this.#key, format: 'jwk' }));
  }
}

function signed(header: object, payload: object, key: ReturnType<typeof createPrivateKey>): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function hmacSigned(header: object, payload: object, secret: string | Buffer): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
