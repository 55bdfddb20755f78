import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hashSecret } from '../../access/secret-hash.js';

/** The session a refresh token belongs to. */
export interface RefreshTokenOwner {
  userId: string;
  sessionId: string;
}

const PREFIX = 'dr_';
const ID_BYTES = 16;
const RANDOM_BYTES = 32;
const MAC_BYTES = 16;
const BODY_BYTES = 2 * ID_BYTES + RANDOM_BYTES;

/**
 * A new refresh token: user, session, 256 random bits, and a MAC over them. Thanks to the MAC a token that is no longer
 * stored is still known to have been ours once, so that its reuse ends the session, while a made-up one ends nothing.
 */
export function issueRefreshToken({ userId, sessionId }: RefreshTokenOwner, pepper: string): string {
  const body = Buffer.concat([bytesOf(userId), bytesOf(sessionId), randomBytes(RANDOM_BYTES)]);
  return `${PREFIX}${Buffer.concat([body, macOf(body, pepper)]).toString('base64url')}`;
}

/** Whose a token is; null for one that we never issued. */
export function readRefreshToken(token: string, pepper: string): RefreshTokenOwner | null {
  if (!token.startsWith(PREFIX)) return null;
  const encoded = token.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64url');
  // One token has one spelling: what decodes to the same bytes otherwise is none of ours.
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== encoded) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(bytes.subarray(BODY_BYTES), macOf(body, pepper))) return null;
  return {
    userId: uuidOf(body.subarray(0, ID_BYTES)),
    sessionId: uuidOf(body.subarray(ID_BYTES, 2 * ID_BYTES)),
  };
}

function macOf(body: Buffer, pepper: string): Buffer {
  return hashSecret(`refresh-token:${body.toString('hex')}`, pepper).subarray(0, MAC_BYTES);
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
