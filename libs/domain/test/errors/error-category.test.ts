import { ERROR_TITLES, errorCategory } from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';

describe('the category of an error code', () => {
  it.each([
    ['document.encrypted', 'input'],
    ['upload.expired', 'input'],
    ['document.deleted', 'tenant'],
    ['run.cancelled', 'tenant'],
    ['run.terminated', 'platform'],
    ['model.refused', 'provider'],
    ['embedding.unavailable', 'provider'],
    ['storage.unavailable', 'storage'],
    ['request.invalid', 'input'],
    ['auth.forbidden', 'tenant'],
    ['rate_limit.exceeded', 'tenant'],
    ['run.not_found', 'input'],
  ])('%s is a matter of %s', (code, category) => {
    expect(errorCategory(code)).toBe(category);
  });

  it('is a bug for two codes alone: those that say nothing', () => {
    const bugs = Object.keys(ERROR_TITLES).filter((code) => errorCategory(code) === 'bug');
    expect(bugs).toEqual(['internal.error', 'run.failed']);
  });

  it('that nobody knows is a bug, whatever it is called', () => {
    for (const code of ['', 'constructor', 'toString.call', 'TypeError', 'run.failed', 'unheard.of'])
      expect(errorCategory(code)).toBe('bug');
  });
});
