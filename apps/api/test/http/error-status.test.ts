import { StorageFault } from '@docket/adapters/storage';
import { DocketError, isErrorCode, type ErrorCode, type FieldProblem } from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';
import { BadRequestException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { statusOf } from '../../src/http/error-status.ts';
import { toProblem } from '../../src/http/problem.ts';
import { toDocketError } from '../../src/http/to-docket-error.ts';

const SOURCE = resolve(import.meta.dirname, '../../src');

/** Every error code that stands as a string in the API, examples in DTOs and the table of statuses itself apart. */
function codesInSource(): ErrorCode[] {
  const files = globSync('**/*.ts', { cwd: SOURCE }).filter(
    (file) => !/(error-status|\.dto)\.ts$/.test(file),
  );
  const strings = files.flatMap(
    (file) => readFileSync(resolve(SOURCE, file), 'utf8').match(/(?<=')[a-z_]+\.[a-z_]+(?=')/g) ?? [],
  );
  return [...new Set(strings)].filter(isErrorCode).toSorted();
}

describe('the HTTP status of an error', () => {
  it.each(codesInSource().filter((code) => code !== 'internal.error'))(
    'is set for %s, which the API throws or documents',
    (code) => {
      expect(statusOf(code)).not.toBe(500);
    },
  );

  it('is looked for in the source, and found there', () => {
    expect(codesInSource()).toEqual(
      expect.arrayContaining([
        'auth.required',
        'document.not_found',
        'upload.size_mismatch',
        'internal.error',
      ]),
    );
  });

  it.each([
    ['request.invalid', 400],
    ['auth.required', 401],
    ['auth.forbidden', 403],
    ['document.not_found', 404],
    ['upload.not_received', 409],
    ['service.unavailable', 503],
    ['internal.error', 500],
  ] as const)('of %s is %d', (code, status) => {
    expect(statusOf(code)).toBe(status);
  });
});

describe('what a client is told', () => {
  it('is the problem with its code, category, title, status and the id of the request, and the fields at fault', () => {
    const problems: FieldProblem[] = [{ path: 'a', code: 'b', message: 'c' }];
    expect(
      toProblem(new DocketError('request.invalid', 'a: c', { problems, cause: new Error('inside') }), 'r1'),
    ).toEqual({
      type: 'urn:docket:error:request.invalid',
      title: 'The request is not valid',
      status: 400,
      detail: 'a: c',
      code: 'request.invalid',
      category: 'input',
      requestId: 'r1',
      errors: problems,
    });
    expect(toProblem(new DocketError('run.not_found', 'Gone.'), 'r1')).not.toHaveProperty('errors');
  });

  it.each([
    ['a domain error', new DocketError('document.empty', 'x'), '/v1', 'document.empty'],
    ['a fault of the storage', new StorageFault('disk storage: put failed'), '/v1', 'storage.unavailable'],
    ['a refused connection', new Error('connect ECONNREFUSED 127.0.0.1:5432'), '/v1', 'service.unavailable'],
    ['a full pool', new Error('timeout exceeded when trying to connect'), '/v1', 'service.unavailable'],
    [
      'a body that is no JSON',
      Object.assign(new Error('x'), { code: 'FST_ERR_CTP_INVALID_JSON_BODY' }),
      '/v1',
      'request.malformed',
    ],
    [
      'a body that is too large',
      Object.assign(new Error('x'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' }),
      '/v1',
      'request.too_large',
    ],
    [
      'another media type',
      Object.assign(new Error('x'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }),
      '/v1',
      'request.media_type_unsupported',
    ],
    ['a bad request of the framework', new BadRequestException(), '/v1', 'request.malformed'],
    ['a large one of the framework', new PayloadTooLargeException(), '/v1', 'request.too_large'],
    ['an unknown route', new NotFoundException(), '/v1/nothing', 'route.not_found'],
    ['a route that only looks versioned', new NotFoundException(), '/v2nothing', 'route.not_found'],
    ['another version', new NotFoundException(), '/v2/documents', 'api.version_unknown'],
    ['another version alone', new NotFoundException(), '/v9?x=1', 'api.version_unknown'],
  ])('of %s is its code', (_, error, url, code) => {
    expect(toDocketError(error, { url })?.code).toBe(code);
  });

  it('of a body that is too large names the limit, where it is known', () => {
    const error = Object.assign(new Error('x'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' });
    expect(toDocketError(error, { url: '/v1', bodyLimit: 6_065_536 })?.message).toContain('6065536 bytes');
    expect(toDocketError(error, { url: '/v1' })?.message).not.toContain('undefined');
  });

  it.each([
    new Error('relation "secrets" does not exist'),
    new TypeError('x is undefined'),
    'text',
    undefined,
    null,
    { code: 7 },
  ])('of a fault that nobody foresaw is nothing of it', (error) => {
    expect(toDocketError(error, { url: '/v1/documents' })).toBeNull();
  });
});
