import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { fingerprintOf, idempotencyKeyOf } from '../../src/idempotency/idempotency-key.ts';
import { takesIdempotencyKey } from '../../src/idempotency/idempotent-operations.ts';

function request(parts: { key?: unknown; method?: string; url?: string; body?: unknown }): FastifyRequest {
  const { key, method = 'POST', url = '/v1/things', body } = parts;
  return {
    headers: key === undefined ? {} : { 'idempotency-key': key },
    method,
    url,
    body,
  } as FastifyRequest;
}

describe('an Idempotency-Key', () => {
  it('is optional, and taken as it came', () => {
    expect(idempotencyKeyOf(request({}))).toBeUndefined();
    for (const key of ['x', '!~', 'a'.repeat(255), '8e03978e-40d5-43dd-bc93-6894a57f9324'])
      expect(idempotencyKeyOf(request({ key }))).toBe(key);
  });

  it.each(['', ' ', 'a b', 'a\tb', 'ä', '\x7f', 'a'.repeat(256), ' x', 'x ', ['a', 'b']])(
    'is not %j',
    (key) => {
      expect(() => idempotencyKeyOf(request({ key }))).toThrow(
        expect.objectContaining({
          code: 'idempotency.key_invalid',
          message: expect.stringContaining('1 to 255 printable ASCII'),
        }),
      );
    },
  );

  it('is for requests that are the same: method, address and body, whatever the order of its fields', () => {
    const same = fingerprintOf(request({ body: { a: 1, b: { c: 2, d: 3 } } }));
    expect(same).toHaveLength(32);
    expect(fingerprintOf(request({ body: { b: { d: 3, c: 2 }, a: 1 } }))).toEqual(same);
    for (const other of [
      request({ body: { a: 1, b: { c: 2, d: 4 } } }),
      request({ body: { a: 1 } }),
      request({}),
      request({ method: 'PUT', body: { a: 1, b: { c: 2, d: 3 } } }),
      request({ url: '/v1/things?x=1', body: { a: 1, b: { c: 2, d: 3 } } }),
    ])
      expect(fingerprintOf(other)).not.toEqual(same);
  });

  it('takes lines and bytes as they are, and no body as an empty one', () => {
    const print = (body: unknown): string => fingerprintOf(request({ body })).toString('hex');
    expect(print('{"b":1,"a":2}')).not.toBe(print({ a: 2, b: 1 }));
    expect(print('text')).toBe(print(Buffer.from('text')));
    expect(print('text')).not.toBe(print('other'));
    expect(print(null)).toBe(print(undefined));
    expect(print(undefined)).toBe(print(''));
    expect(print({})).not.toBe(print(''));
  });

  it('is taken by every POST that creates or acts, and by no other', () => {
    for (const operation of ['createDocument', 'createApiKey', 'cancelRun'] as const) {
      expect(takesIdempotencyKey('POST', operation)).toBe(true);
      expect(takesIdempotencyKey('post', operation)).toBe(true);
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
        expect(takesIdempotencyKey(method, operation)).toBe(false);
    }
    for (const operation of ['search', 'previewPrompt', 'changePassword'] as const)
      expect(takesIdempotencyKey('POST', operation)).toBe(false);
  });
});
