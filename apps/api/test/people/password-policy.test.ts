import { DocketError } from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';
import { checkNewPassword } from '../../src/people/auth/password-policy.ts';

function problemOf(password: string): string | null {
  try {
    checkNewPassword(password, 'ada.byron@example.com', 'password');
    return null;
  } catch (error) {
    if (error instanceof DocketError) return error.problems[0]?.code ?? '';
    throw error;
  }
}

describe('a new password', () => {
  it.each([
    'lantern gravel orchid seven',
    'xK9!mQ2#vL7p',
    'zwölf Möwen über Kiel',
    '海の上を飛ぶ十二羽のかもめ',
    'p'.concat('alm river stone 8'),
    'a'.concat('bcdefgh ijklmnop '.repeat(7)),
  ])('may be %j', (password) => {
    expect(problemOf(password)).toBeNull();
  });

  it.each([
    ['elevenchars', 'too_short'],
    ['👩‍🚀👩‍🚀👩‍🚀', 'too_short'],
    ['x'.repeat(64) + 'y z'.repeat(22), 'too_long'],
    ['password2026!', 'too_common'],
    ['P@ssw0rd!!!!', 'too_common'],
    ['1234567890123', 'too_common'],
    ['2026-11-21 16:40', 'too_common'],
    ['aaaaaaaaaaaaaaa', 'too_common'],
    ['abcabcabcabcabc', 'too_common'],
    ['ada.byron@example.com', 'too_common'],
    ['Ada.Byron@Example.com', 'too_common'],
  ])('may not be %j: %s', (password, code) => {
    expect(problemOf(password)).toBe(code);
  });
});
