import { AddressSigner, STORAGE_ROUTE, type AddressGrant } from '@docket/adapters/storage/signed-address';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const signer = new AddressSigner('k'.repeat(32), 'https://docket.example.com/');
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const grants: fc.Arbitrary<AddressGrant> = fc.record(
  {
    method: fc.constantFrom('PUT' as const, 'GET' as const),
    key: fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,3}$/),
    expiresAt: fc.integer({ min: 1, max: 90_000 }).map((seconds) => new Date(NOW + seconds * 1_000)),
    mediaType: fc.string({ maxLength: 40 }),
    sizeBytes: fc.nat(),
    fileName: fc.string({ unit: 'grapheme', maxLength: 40 }),
  },
  { requiredKeys: ['method', 'key', 'expiresAt', 'mediaType'] },
);

interface Address {
  method: 'PUT' | 'GET';
  key: string;
  query: URLSearchParams;
}

function addressOf(grant: AddressGrant): Address {
  const url = new URL(signer.sign(grant));
  return { method: grant.method, key: url.pathname.slice(STORAGE_ROUTE.length + 1), query: url.searchParams };
}

function verify({ method, key, query }: Address, nowMs = NOW, by = signer) {
  return by.verify(method, key, query, nowMs);
}

const FORGED = { valid: false, reason: 'forged' };

describe('a signed address', () => {
  it('grants exactly what was signed, whatever the names hold', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        expect(verify(addressOf(grant))).toEqual({ valid: true, grant });
      }),
    );
  });

  it('stands below the public address, whether that ends in a slash or not', () => {
    const grant: AddressGrant = {
      method: 'GET',
      key: 'a/b',
      expiresAt: new Date(NOW),
      mediaType: 'text/plain',
    };
    const bare = new AddressSigner('k'.repeat(32), 'https://docket.example.com');
    expect(bare.sign(grant)).toBe(signer.sign(grant));
    expect(signer.sign(grant)).toMatch(/^https:\/\/docket\.example\.com\/storage\/a\/b\?/);
  });

  it('is forged once any part is changed, left out, added or doubled', () => {
    fc.assert(
      fc.property(grants, fc.string({ minLength: 1, maxLength: 5 }), (grant, extra) => {
        const address = addressOf(grant);
        for (const name of [...address.query.keys()]) {
          for (const change of ['change', 'drop', 'double'] as const) {
            const query = new URLSearchParams(address.query);
            if (change === 'change') query.set(name, `${extra}${query.get(name)}`);
            else if (change === 'drop') query.delete(name);
            else if (name !== 'signature') query.append(name, query.get(name) ?? '');
            else continue;
            expect({ name, change, verdict: verify({ ...address, query }) }).toEqual({
              name,
              change,
              verdict: FORGED,
            });
          }
        }
        const added = new URLSearchParams(address.query);
        added.append(extra, extra);
        expect(verify({ ...address, query: added })).toEqual(FORGED);
        expect(verify({ ...address, key: `${address.key}0` })).toEqual(FORGED);
      }),
    );
  });

  it('of a download lets nobody upload, and the other way round', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        const address = addressOf(grant);
        expect(verify({ ...address, method: address.method === 'PUT' ? 'GET' : 'PUT' })).toEqual(FORGED);
      }),
    );
  });

  it('of another signing key is forged', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        const other = new AddressSigner('o'.repeat(32), 'https://docket.example.com');
        expect(verify(addressOf(grant), NOW, other)).toEqual(FORGED);
      }),
    );
  });

  it('cannot pass a part off as another, by moving text between names', () => {
    const grant: AddressGrant = {
      method: 'GET',
      key: 'a',
      expiresAt: new Date(NOW + 9_000),
      mediaType: 'a&name=b',
    };
    const { query } = addressOf(grant);
    const moved = new URLSearchParams([
      ['expires', query.get('expires') ?? ''],
      ['type', 'a'],
      ['name', 'b'],
      ['signature', query.get('signature') ?? ''],
    ]);
    expect(verify({ method: 'GET', key: 'a', query: moved })).toEqual(FORGED);
  });

  it('is good up to its last second, then expired, and a forged one is never called expired', () => {
    const expiresAt = new Date(NOW + 1_000);
    const address = addressOf({ method: 'GET', key: 'a', expiresAt, mediaType: 'text/plain' });
    expect(verify(address, NOW + 999)).toMatchObject({ valid: true });
    expect(verify(address, NOW + 1_000)).toEqual({ valid: false, reason: 'expired' });
    expect(verify({ ...address, key: 'b' }, NOW + 1_000)).toEqual(FORGED);
  });

  it.each(['', 'x', '*', 'AAAA'])(
    'without a signature worth the name (%j) is forged, not an error',
    (signature) => {
      const address = addressOf({
        method: 'GET',
        key: 'a',
        expiresAt: new Date(NOW + 1_000),
        mediaType: 'text/plain',
      });
      address.query.set('signature', signature);
      expect(verify(address)).toEqual(FORGED);
    },
  );
});
