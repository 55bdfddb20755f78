import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Of the one pepper of this process: a key costs more to make than a hash. */
let known: { pepper: string; key: KeyObject } | undefined;

/**
 * What the database keeps of a credential: HMAC-SHA-256 under a pepper that the database does not have. Each kind of
 * credential begins with a prefix of its own, so the hash of one is never the hash of another.
 */
export function hashSecret(secret: string, pepper: string): Buffer {
  if (known?.pepper !== pepper) known = { pepper, key: createSecretKey(pepper, 'utf8') };
  return createHmac('sha256', known.key).update(secret).digest();
}
