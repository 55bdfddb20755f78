import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

/** Up to the year 10889, where 48 bits of milliseconds end. */
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const randoms = fc.uint8Array({ minLength: 10, maxLength: 16 });

describe('a UUID of version 7', () => {
  it('is the example of RFC 9562, appendix A.6, from its time and random bits', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('says its version and variant, and gives its time back', () => {
    fc.assert(
      fc.property(times, randoms, (nowMs, random) => {
        const uuid = uuidV7(nowMs, random);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs);
      }),
    );
  });

  it('sorts by its time, whatever the random bits', () => {
    fc.assert(
      fc.property(times, times, randoms, randoms, (left, right, first, second) => {
        fc.pre(left !== right);
        expect(uuidV7(left, first) < uuidV7(right, second)).toBe(left < right);
      }),
    );
  });

  it('keeps 74 random bits: a change in any of them is another id', () => {
    const ids = new Set<string>();
    for (let bit = 0; bit < 80; bit += 1) {
      const random = new Uint8Array(10);
      random[bit >> 3] = 1 << (bit & 7);
      ids.add(uuidV7(1_000, random));
    }
    // Of 80 bits six give way to version and variant; those six ids are the one of no bits at all.
    expect(ids.size).toBe(74 + 1);
  });

  it('leaves the bytes it was given as they were', () => {
    const random = new Uint8Array(10).fill(0xff);
    uuidV7(1, random);
    expect(random).toEqual(new Uint8Array(10).fill(0xff));
  });
});
