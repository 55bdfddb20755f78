import { ERROR_TITLES, errorCategory } from '@docket/domain/errors';
import { afterFailure, retryRule, type FailedRun } from '@docket/domain/run/retry-policy';
import { describe, expect, it } from '@jest/globals';

const FAILED: FailedRun = {
  kind: 'documentIngest',
  code: 'storage.unavailable',
  sameFailures: 1,
  automaticRetries: 0,
};

/** Seconds until each retry of one that fails the same way for ever, and then what ends it. */
function lifeOf(
  run: Omit<FailedRun, 'sameFailures' | 'automaticRetries'>,
  random = 0.5,
): (number | string)[] {
  const life: (number | string)[] = [];
  for (let failures = 1; failures < 100; failures += 1) {
    const after = afterFailure({ ...run, sameFailures: failures, automaticRetries: failures - 1 }, random);
    if (after.kind !== 'retry') return [...life, after.kind];
    life.push(after.seconds);
  }
  return life;
}

describe('the automatic retry', () => {
  it('waits longer each time, up to its cap, and sets the same failure aside in the end', () => {
    expect(lifeOf(FAILED)).toEqual([120, 360, 1_080, 3_240, 7_200, 7_200, 'set_aside']);
  });

  it('is spread over half to one and a half times its wait', () => {
    expect(afterFailure(FAILED, 0)).toEqual({ kind: 'retry', seconds: 60 });
    expect(afterFailure(FAILED, 0.999_999)).toEqual({ kind: 'retry', seconds: 180 });
  });

  it('begins anew with another failure, and ends even when two take turns', () => {
    expect(afterFailure({ ...FAILED, sameFailures: 1, automaticRetries: 6 }, 0.5)).toEqual({
      kind: 'retry',
      seconds: 120,
    });
    expect(afterFailure({ ...FAILED, sameFailures: 1, automaticRetries: 25 }, 0.5)).toEqual({
      kind: 'set_aside',
    });
  });

  it('goes on longer for an erasure, which is owed', () => {
    const life = lifeOf({ kind: 'documentErasure', code: 'run.failed' });
    expect(life).toHaveLength(21);
    expect(life.at(-1)).toBe('set_aside');
  });

  it('is none for what only another file, another setting or a person mends', () => {
    const ours = ['run.timed_out', 'run.failed'];
    const retried = Object.keys(ERROR_TITLES).filter((code) => retryRule('documentIngest', code) !== null);
    expect(retried).toContain('model.overloaded');
    for (const code of retried) {
      if (ours.includes(code)) continue;
      expect(['provider', 'storage', 'database', 'platform']).toContain(errorCategory(code));
    }
    for (const code of ['model.unauthorized', 'model.refused', 'embedding.rejected', 'run.terminated'])
      expect(lifeOf({ kind: 'ticketEnrichment', code })).toEqual(['wait']);
    // A code of a later release, or one that looks like a property of every object.
    expect(lifeOf({ kind: 'toString', code: 'constructor' })).toEqual(['wait']);
  });
});
