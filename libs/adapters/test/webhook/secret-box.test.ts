import { SecretBox } from '@docket/adapters/webhook/secret-box';
import { describe, expect, it } from '@jest/globals';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)];

describe('a box of secrets', () => {
  it('opens what it sealed, twice otherwise sealed each time', () => {
    const box = new SecretBox([NEW]);
    const sealed = [box.seal('whsec_x', 'a'), box.seal('whsec_x', 'a')];
    expect(sealed[0]).not.toEqual(sealed[1]);
    expect(sealed.map((each) => box.open(each, 'a'))).toEqual(['whsec_x', 'whsec_x']);
    expect(Buffer.concat(sealed).includes('whsec_x')).toBe(false);
  });

  it('goes on opening what an older key sealed, as long as that is listed', () => {
    const sealed = new SecretBox([OLD]).seal('whsec_x', 'a');
    expect(new SecretBox([NEW, OLD]).open(sealed, 'a')).toBe('whsec_x');
    expect(() => new SecretBox([NEW]).open(sealed, 'a')).toThrow('a key that is not set');
  });

  it('opens nothing for another owner, and nothing that was changed', () => {
    const box = new SecretBox([NEW]);
    const sealed = box.seal('whsec_x', 'a');
    expect(() => box.open(sealed, 'b')).toThrow();
    for (const place of [0, 1, 8, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(() => box.open(changed, 'a')).toThrow();
    }
  });
});
