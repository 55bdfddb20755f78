import { createHmac } from 'node:crypto';

/**
 * What the database keeps of a credential: HMAC-SHA-256 under a pepper that the database does not have. Each kind of
 * credential begins with a prefix of its own, so the hash of one is never the hash of another.
 */
export function hashSecret(secret: string, pepper: string): Buffer {
  return createHmac('sha256', pepper).update(secret).digest();
}
