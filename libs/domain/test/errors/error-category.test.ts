import { errorCategory } from '@docket/domain/errors';
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
  ])('%s is a matter of %s', (code, category) => {
    expect(errorCategory(code)).toBe(category);
  });

  it('that nobody knows is a bug, whatever it is called', () => {
    for (const code of ['', 'constructor', 'toString.call', 'TypeError', 'run.failed', 'unheard.of'])
      expect(errorCategory(code)).toBe('bug');
  });
});
