import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { preferredWaitSeconds } from '../../src/http/prefer-wait.ts';

describe('Prefer: wait', () => {
  it.each([
    ['wait=10', 10],
    ['wait=0', 0],
    ['wait=30', 30],
    ['wait=31', 30],
    ['wait=999999', 30],
    ['WAIT=5', 5],
    [' wait = 5 ', 5],
    ['wait="5"', 5],
    ['respond-async, wait=7', 7],
    ['respond-async;wait=7', 7],
    ['wait=4, wait=9', 4],
  ])('%j holds the request for %d seconds', (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds);
  });

  it('is read from repeated headers as from one', () => {
    expect(preferredWaitSeconds(['respond-async', 'wait=8'])).toBe(8);
    expect(preferredWaitSeconds([])).toBe(0);
  });

  it.each([
    undefined,
    '',
    'respond-async',
    'wait',
    'wait=',
    'wait=-1',
    'wait=1.5',
    'wait=ten',
    'await=5',
    'wait5',
    'wait=5s',
  ])('%j holds nothing, and is no error', (header) => {
    expect(preferredWaitSeconds(header)).toBe(0);
  });

  it('never holds longer than half a minute, nor fails, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map((seconds) => `wait=${seconds}`),
        ),
        (header) => {
          const seconds = preferredWaitSeconds(header);
          expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= 30).toBe(true);
        },
      ),
    );
  });
});
