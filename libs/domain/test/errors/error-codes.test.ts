import {
  DocketError,
  ERROR_TITLES,
  isErrorCode,
  type ErrorCode,
  type FieldProblem,
} from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';

const CODES = Object.keys(ERROR_TITLES) as ErrorCode[];

/** Codes that clients, dashboards and integrations were promised; they may never go or change. */
const PROMISED = [
  'upload.expired',
  'upload.size_mismatch',
  'upload.checksum_mismatch',
  'upload.type_mismatch',
  'upload.not_received',
  'upload.already_received',
  'document.not_retryable',
  'document.deleted',
  'document.type_unsupported',
  'document.too_large',
  'document.empty',
  'document.unreadable',
  'document.encrypted',
  'document.archive_bomb',
  'document.parse_timeout',
  'document.parse_memory',
  'storage.unavailable',
  'embedding.unavailable',
  'embedding.rejected',
  'api.version_unknown',
];

describe('error codes', () => {
  it.each(CODES)('%s is of the form noun.reason, with a title that reads as a plain sentence', (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
    expect(ERROR_TITLES[code]).toMatch(/^[A-Z][^.]+$/);
  });

  it('have a title each, so that two problems are told apart', () => {
    expect(new Set(Object.values(ERROR_TITLES)).size).toBe(CODES.length);
  });

  it.each(PROMISED)('%s, which was promised, is there', (code) => {
    expect(isErrorCode(code)).toBe(true);
  });

  it.each(['', 'nothing', 'document.nothing', 'toString', '__proto__', 'constructor'])(
    '%j is none of them',
    (text) => {
      expect(isErrorCode(text)).toBe(false);
    },
  );
});

describe('a domain error', () => {
  it('carries its code, its title, and what was said beside it', () => {
    const cause = new Error('why');
    const problems: FieldProblem[] = [{ path: 'a', code: 'b', message: 'c' }];
    const error = new DocketError('document.empty', 'Say something.', {
      cause,
      problems,
      retryAfterSeconds: 3,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'DocketError',
      code: 'document.empty',
      message: 'Say something.',
      cause,
      problems,
      retryAfterSeconds: 3,
    });
    expect(error.title).toBe('The document holds no text');
  });

  it('has no cause, problems or delay where none was said', () => {
    const error = new DocketError('document.empty', 'Say something.');
    expect(Object.hasOwn(error, 'cause')).toBe(false);
    expect(error.problems).toEqual([]);
    expect(error.retryAfterSeconds).toBeUndefined();
  });
});
