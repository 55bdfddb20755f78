import { describe, expect, it } from '@jest/globals';
import { isApiKeyLike, isWellFormedApiKey, issueApiKey } from '../../src/access/api-key.ts';
import { hashSecret } from '../../src/access/secret-hash.ts';

const PEPPER = 'p'.repeat(32);

describe('an API key', () => {
  it('is well formed as it is issued, and its prefix is its beginning', () => {
    for (let count = 0; count < 200; count += 1) {
      const { key, prefix } = issueApiKey();
      expect(isWellFormedApiKey(key)).toBe(true);
      expect(key).toMatch(/^dk_live_[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{32}[0-9a-f]{6}$/);
      expect(key.startsWith(prefix)).toBe(true);
      // Four of 32 characters: enough to tell keys apart, and no help to guess the rest.
      expect(prefix).toHaveLength('dk_live_'.length + 4);
    }
  });

  it('is never issued twice, and uses the whole alphabet', () => {
    const keys = Array.from({ length: 500 }, () => issueApiKey().key);
    expect(new Set(keys).size).toBe(500);
    expect(new Set(keys.flatMap((key) => [...key.slice(8, 40)])).size).toBe(54);
  });

  it('is not well formed once any one character is another, missing or added', () => {
    const { key } = issueApiKey();
    for (let place = 0; place < key.length; place += 1) {
      const other = key.charAt(place) === '7' ? '3' : '7';
      expect(isWellFormedApiKey(key.slice(0, place) + other + key.slice(place + 1))).toBe(false);
      expect(isWellFormedApiKey(key.slice(0, place) + key.slice(place + 1))).toBe(false);
      expect(isWellFormedApiKey(`${key.slice(0, place)}7${key.slice(place)}`)).toBe(false);
    }
  });

  it('is not well formed with anything behind its end', () => {
    const { key } = issueApiKey();
    for (const more of ['7', '\n', ' ', key]) expect(isWellFormedApiKey(`${key}${more}`)).toBe(false);
  });

  it('is not well formed with two neighbours swapped, the other usual typing error', () => {
    const { key } = issueApiKey();
    for (let place = 8; place < 39; place += 1) {
      const [left, right] = [key.charAt(place), key.charAt(place + 1)];
      if (left === right) continue;
      expect(isWellFormedApiKey(key.slice(0, place) + right + left + key.slice(place + 2))).toBe(false);
    }
  });

  it('is taken for one by its beginning, well formed or not', () => {
    for (const text of [issueApiKey().key, 'dk_live_', 'dk_live_x']) expect(isApiKeyLike(text)).toBe(true);
    for (const text of ['', 'dk_live', 'x.dk_live_', 'dr_x']) expect(isApiKeyLike(text)).toBe(false);
  });

  it.each(['', 'dk_live_', ' ', 'Bearer x', 'dk_live_ä'.padEnd(46, 'a')])('is not %j', (text) => {
    expect(isWellFormedApiKey(text)).toBe(false);
  });
});

describe('the hash of an API key', () => {
  it('is HMAC-SHA-256 of the whole key under the pepper', () => {
    // RFC 4231, test case 2.
    expect(hashSecret('what do ya want for nothing?', 'Jefe').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is another for another key or another pepper', () => {
    const { key } = issueApiKey();
    const hashes = [hashSecret(key, PEPPER), hashSecret(`${key}a`, PEPPER), hashSecret(key, `${PEPPER}p`)];
    expect(new Set(hashes.map((hash) => hash.toString('hex'))).size).toBe(3);
    expect(hashSecret(key, PEPPER)).toEqual(hashes[0]);
    expect(hashes[0]).toHaveLength(32);
  });
});
