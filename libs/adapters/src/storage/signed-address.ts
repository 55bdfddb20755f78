import { createHmac, timingSafeEqual } from 'node:crypto';

/** What an address allows. Every part is under the signature. */
export interface AddressGrant {
  method: 'PUT' | 'GET';
  key: string;
  expiresAt: Date;
  sizeBytes?: number;
  mediaType: string;
  fileName?: string;
}

export type AddressVerdict =
  { valid: true; grant: AddressGrant } | { valid: false; reason: 'forged' | 'expired' };

/** Where the API serves the addresses of the disk storage. */
export const STORAGE_ROUTE = '/storage';

/**
 * Makes and checks the addresses of the disk storage: HMAC-SHA-256 over everything they allow, under a key that all
 * API replicas share.
 */
export class AddressSigner {
  constructor(
    private readonly signingKey: string,
    private readonly publicUrl: string,
  ) {}

  sign(grant: AddressGrant): string {
    const query = new URLSearchParams({
      expires: String(Math.floor(grant.expiresAt.getTime() / 1_000)),
      type: grant.mediaType,
      ...(grant.sizeBytes === undefined ? {} : { size: String(grant.sizeBytes) }),
      ...(grant.fileName === undefined ? {} : { name: grant.fileName }),
    });
    query.set('signature', this.signature(grant.method, grant.key, query));
    return `${this.publicUrl.replace(/\/$/, '')}${STORAGE_ROUTE}/${grant.key}?${query}`;
  }

  verify(method: 'PUT' | 'GET', key: string, query: URLSearchParams, nowMs: number): AddressVerdict {
    const given = Buffer.from(query.get('signature') ?? '');
    const signed = new URLSearchParams(query);
    signed.delete('signature');
    const expected = Buffer.from(this.signature(method, key, signed));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return { valid: false, reason: 'forged' };
    }
    const expiresAt = new Date(Number(signed.get('expires')) * 1_000);
    if (expiresAt.getTime() <= nowMs) return { valid: false, reason: 'expired' };
    const size = signed.get('size');
    const fileName = signed.get('name');
    return {
      valid: true,
      grant: {
        method,
        key,
        expiresAt,
        mediaType: signed.get('type') ?? '',
        ...(size === null ? {} : { sizeBytes: Number(size) }),
        ...(fileName === null ? {} : { fileName }),
      },
    };
  }

  private signature(method: string, key: string, query: URLSearchParams): string {
    const canonical = new URLSearchParams(query);
    canonical.sort();
    return createHmac('sha256', this.signingKey)
      .update(`${method}\n${key}\n${canonical}`)
      .digest('base64url');
  }
}
