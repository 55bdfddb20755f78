import { describe, expect, it } from '@jest/globals';
import { issueRefreshToken, readRefreshToken } from '../../src/people/auth/refresh-token.ts';

const OWNER = {
  userId: '01980000-0000-7000-8000-00000000000a',
  sessionId: '01980000-0000-7fff-8000-0000000000b1',
};
const PEPPER = 'p'.repeat(32);

describe('a refresh token', () => {
  it('says whose it is, to whoever has the pepper', () => {
    const token = issueRefreshToken(OWNER, PEPPER);
    expect(token).toMatch(/^dr_[\w-]{107}$/);
    expect(readRefreshToken(token, PEPPER)).toEqual(OWNER);
    expect(readRefreshToken(token, 'q'.repeat(32))).toBeNull();
  });

  it('is never issued twice', () => {
    const tokens = Array.from({ length: 50 }, () => issueRefreshToken(OWNER, PEPPER));
    expect(new Set(tokens).size).toBe(50);
  });

  it('is none with any one character changed, missing or added', () => {
    const token = issueRefreshToken(OWNER, PEPPER);
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(readRefreshToken(token.slice(0, index) + other + token.slice(index + 1), PEPPER)).toBeNull();
    }
    for (const other of [
      token.slice(0, -1),
      token.slice(1),
      `${token}A`,
      `${token}=`,
      ` ${token}`,
      `${token} `,
    ])
      expect(readRefreshToken(other, PEPPER)).toBeNull();
  });

  it.each(['', 'dr_', 'dr_ä', 'dk_live_x', `dr_${'A'.repeat(107)}`, `dr_${'A'.repeat(108)}`])(
    'is not %j',
    (text) => {
      expect(readRefreshToken(text, PEPPER)).toBeNull();
    },
  );

  it('is none under another beginning', () => {
    const token = issueRefreshToken(OWNER, PEPPER);
    expect(readRefreshToken(token.replace('dr_', 'dx_'), PEPPER)).toBeNull();
    expect(readRefreshToken(token.replace('dr_', ''), PEPPER)).toBeNull();
  });
});
