import { describe, expect, it } from '@jest/globals';
import { HeadSigner } from '../../src/audit/signed-head.ts';

const HEAD = { org: 'org_1', seq: 7, hash: 'ab'.repeat(32), at: '2026-05-04T09:12:33.120Z' };
const signer = new HeadSigner('a secret of the installation');

describe('a signed head', () => {
  it('is genuine as it was signed, by the same secret in another process', () => {
    expect(new HeadSigner('a secret of the installation').isGenuine(signer.sign(HEAD))).toBe(true);
  });

  it('of an earlier release stays genuine', () => {
    const signature =
      'mIM0AG234mt0F6RIkHEPingxXGgrKmoEsETlhbp20a6vBHypF_e3O8E-OfYQNmlCZOSJkTphHW_QHk-cFaIECQ';
    expect(signer.isGenuine({ ...HEAD, signature })).toBe(true);
  });

  it.each([{ seq: 6 }, { hash: 'ac'.repeat(32) }, { org: 'org_2' }, { at: '2026-05-05T09:12:33.120Z' }])(
    'is not when %j was put into it',
    (change) => {
      expect(signer.isGenuine({ ...signer.sign(HEAD), ...change })).toBe(false);
    },
  );

  it('is not when another secret signed it', () => {
    expect(signer.isGenuine(new HeadSigner('another secret').sign(HEAD))).toBe(false);
  });
});
