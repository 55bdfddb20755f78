import { describe, expect, it } from '@jest/globals';
import { keyIn } from '../../../tools/stack/local-key.ts';

describe('keyIn', () => {
  it('reads the key from the last line, whatever was printed before it', () => {
    expect(keyIn('{"orgId":"o","apiKey":"dk_1"}')).toBe('dk_1');
    expect(keyIn('(node:1) Warning: {"apiKey":"old"}\n{"apiKey":"older"}\n{"apiKey":"dk_2"}\n\n')).toBe(
      'dk_2',
    );
  });

  it.each([
    '',
    '\n',
    'done',
    '{"apiKey":"dk',
    '{"orgId":"o"}',
    '{"apiKey":7}',
    'null',
    '"dk_1"',
    '{"apiKey":"k"}\ndone',
  ])('finds no key in %j', (output) => {
    expect(keyIn(output)).toBeUndefined();
  });
});
