import { DocketError } from '@docket/domain/errors';
import { canonicalJson } from '@docket/domain/json/canonical-json';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';

const HEADER = 'idempotency-key';
/** Printable ASCII, so that it can be stored and logged as it came; 255 characters hold every id there is. */
const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

/**
 * The key a client sent along, or undefined.
 *
 * @throws DocketError `idempotency.key_invalid`
 */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers[HEADER];
  if (header === undefined) return undefined;
  if (typeof header === 'string' && KEY_PATTERN.test(header)) return header;
  throw new DocketError(
    'idempotency.key_invalid',
    'Send an Idempotency-Key of 1 to 255 printable ASCII characters without spaces, such as a UUID.',
  );
}

/**
 * What makes two requests the same: method, address and body, whatever the order of its fields. `Prefer` and other
 * headers are apart: how an answer is waited for changes nothing of what is asked.
 */
export function fingerprintOf(request: FastifyRequest): Buffer {
  return createHash('sha256').update(`${request.method} ${request.url}\n`).update(bodyOf(request)).digest();
}

function bodyOf({ body }: FastifyRequest): string | Buffer {
  if (body === undefined || body === null) return '';
  return Buffer.isBuffer(body) || typeof body === 'string' ? body : canonicalJson(body);
}
