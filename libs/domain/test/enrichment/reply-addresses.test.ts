import { describe, expect, it } from '@jest/globals';
import { addressesIn, foreignAddresses } from '@docket/domain/enrichment/reply-addresses';

describe('an address in a reply', () => {
  it.each([
    'https://evil.example/a?b=c',
    'HTTPS://EVIL.EXAMPLE',
    'evil.example/path',
    'www.evil.example',
    'javascript:alert(1)',
    'mailto:a@evil.example',
    'someone@evil.example',
    '+44 20 7946 0018',
    '0800 123 4567',
    'tel:+4915112345678',
    'ftp://10.0.0.1/x',
    'exa\u200bmple.evil.example',
    '[click](https://evil.example)',
    '例え.テスト',
  ])('is seen: %s', (address) => {
    expect(addressesIn(`Please use ${address} now.`)).not.toEqual([]);
  });

  it.each([
    'It takes 4.5 minutes.',
    'Open report.csv, e.g. today.',
    'Since 2026-05-04 09:30.',
    'Up to 10,000 rows.',
  ])('is not seen where there is none: %s', (text) => {
    expect(addressesIn(text)).toEqual([]);
  });

  it('must stand whole in a cited passage', () => {
    const passage = 'See https://help.larkspur.example/exports/csv or call 0800 123 4567.';
    expect(foreignAddresses('https://help.larkspur.example/exports/csv', [passage], [])).toEqual([]);
    expect(foreignAddresses('call 0800 123 4567', [passage], [])).toEqual([]);
    expect(foreignAddresses('https://help.larkspur.example/exports', [passage], [])).not.toEqual([]);
    expect(
      foreignAddresses('https://help.larkspur.example.evil.example/exports/csv', [passage], []),
    ).not.toEqual([]);
  });

  it('may be on the allow list, with its subdomains and nothing that only looks like it', () => {
    const allowed = ['larkspur.example'];
    expect(foreignAddresses('https://status.larkspur.example/x', [], allowed)).toEqual([]);
    for (const foreign of [
      'https://larkspur.example.evil.example',
      'https://larkspur.example@evil.example',
      'evil-larkspur.example',
      'javascript:larkspur.example',
      'boss@larkspur.example',
    ])
      expect(foreignAddresses(foreign, [], allowed)).not.toEqual([]);
  });
});
