import { DocketError } from '@docket/domain/errors';
import { toFailure } from '@docket/platform/temporal/activity-interceptor';
import { BACKOFF_FIRST_MS, BACKOFF_LONGEST_MS, backoffMs } from '@docket/platform/temporal/backoff';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import fc from 'fast-check';

const attempts = fc.integer({ min: 1, max: 10_000 });
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function failureOf(error: unknown, attempt = 1, random = 0.5): ApplicationFailure {
  const failure = toFailure(error, attempt, random);
  if (failure instanceof ApplicationFailure) return failure;
  throw new Error(`not an application failure: ${failure.name}`);
}

describe('the pause before the next attempt', () => {
  it('is a whole number of milliseconds, never zero, never beyond the bound of its attempt or the longest', () => {
    fc.assert(
      fc.property(attempts, randoms, (attempt, random) => {
        const pause = backoffMs(attempt, random);
        expect(Number.isInteger(pause)).toBe(true);
        expect(pause).toBeGreaterThanOrEqual(1);
        expect(pause).toBeLessThanOrEqual(
          Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1)),
        );
      }),
    );
  });

  it('uses the whole stretch: near zero and near the bound are both possible at every attempt', () => {
    for (const [attempt, bound] of [
      [1, 200],
      [2, 400],
      [5, 3_200],
      [8, 25_600],
      [9, 30_000],
      [5_000, 30_000],
    ] as const) {
      expect(backoffMs(attempt, 0)).toBe(1);
      expect(backoffMs(attempt, 0.5)).toBe(bound / 2);
      expect(backoffMs(attempt, 0.999_999)).toBeGreaterThan(bound * 0.99);
    }
  });
});

describe('what Temporal is told of a thrown value', () => {
  it('is that a domain error is final, under its code', () => {
    const error = new DocketError('document.encrypted', 'Remove the password.', { retryAfterSeconds: 5 });
    const failure = failureOf(error);
    expect(failure).toMatchObject({
      type: 'document.encrypted',
      message: 'Remove the password.',
      nonRetryable: true,
    });
    expect(failure.cause).toBe(error);
  });

  it('is that anything else may be tried again, after a jittered pause', () => {
    const error = new TypeError('fetch failed');
    const failure = failureOf(error, 3, 0.25);
    expect(failure).toMatchObject({
      type: 'TypeError',
      message: 'fetch failed',
      nonRetryable: false,
      nextRetryDelay: 200,
    });
    expect(failure.cause).toBe(error);
  });

  it('is the delay that the thrower asked for, where it did', () => {
    const error = Object.assign(new Error('slow down'), { retryAfterSeconds: 7 });
    expect(failureOf(error, 9, 0.9)).toMatchObject({ nonRetryable: false, nextRetryDelay: 7_000 });
    const unreadable = Object.assign(new Error('slow down'), { retryAfterSeconds: 'soon' });
    expect(failureOf(unreadable, 1, 0.5).nextRetryDelay).toBe(100);
  });

  it('is a failure or a cancellation as it stands, where it is one already', () => {
    const final = ApplicationFailure.nonRetryable('no', 'mine');
    const cancelled = new CancelledFailure('stop');
    expect(toFailure(final, 1, 0.5)).toBe(final);
    expect(toFailure(cancelled, 1, 0.5)).toBe(cancelled);
  });

  it.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [{ odd: true }, '[object Object]'],
  ])('is a retryable failure for %j, which is no error at all', (thrown, message) => {
    expect(failureOf(thrown)).toMatchObject({ type: 'Error', message, nonRetryable: false });
  });
});
