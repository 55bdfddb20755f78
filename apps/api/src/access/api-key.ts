import { hash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz';
/** 32 characters of a 54-letter alphabet hold 184 bits. */
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const PREFIX = 'dk_live_';
const KEY_PATTERN = /^dk_live_(?<secret>[0-9A-Za-z]{32})(?<checksum>[0-9a-f]{6})$/;

export interface IssuedApiKey {
  /** The whole key: shown once, stored nowhere. */
  key: string;
  /** Its beginning, by which people tell keys apart. */
  prefix: string;
}

/** Makes a key whose end is a checksum, so that a typing error is told from a wrong key without asking the database. */
export function issueApiKey(): IssuedApiKey {
  let secret = '';
  while (secret.length < SECRET_LENGTH) {
    for (const byte of randomBytes(SECRET_LENGTH)) {
      // Bytes beyond the last whole multiple of the alphabet would favour its first letters.
      const letter = byte < 216 ? ALPHABET.charAt(byte % ALPHABET.length) : '';
      if (secret.length < SECRET_LENGTH) secret += letter;
    }
  }
  return { key: `${PREFIX}${secret}${checksumOf(secret)}`, prefix: `${PREFIX}${secret.slice(0, 4)}` };
}

/** True for what says of itself that it is an API key, well formed or not. */
export function isApiKeyLike(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/** True for a string that has the form of a key and a fitting checksum. */
export function isWellFormedApiKey(key: string): boolean {
  const groups = KEY_PATTERN.exec(key)?.groups;
  return groups?.['secret'] !== undefined && groups['checksum'] === checksumOf(groups['secret']);
}

function checksumOf(secret: string): string {
  return hash('sha256', secret, 'hex').slice(0, CHECKSUM_LENGTH);
}
