import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { embedHashed, HASHED_DIMENSION } from '@docket/domain/embedding/hashed';

const dot = (left: Float32Array, right: Float32Array): number =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);

describe('embedHashed', () => {
  it('has length 1 for any text with words, and is the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const vector = embedHashed(`kiosk ${text}`);
        expect(vector).toHaveLength(HASHED_DIMENSION);
        expect(dot(vector, vector)).toBeCloseTo(1, 4);
        expect(embedHashed(`kiosk ${text}`)).toEqual(vector);
      }),
    );
  });

  it('is zero for a text without words', () => {
    expect(embedHashed(' .,! ').every((value) => value === 0)).toBe(true);
  });

  it('brings spellings together and knows no meaning', () => {
    const query = embedHashed('deactivate accounts');
    expect(dot(query, embedHashed('account deactivation'))).toBeGreaterThan(0.4);
    expect(Math.abs(dot(query, embedHashed('remove people')))).toBeLessThan(0.15);
  });

  it('never changes, since vectors are stored', () => {
    const vector = embedHashed('kiosk');
    const signed = [...vector.entries()].flatMap(([dimension, value]) =>
      value === 0 ? [] : [dimension * Math.sign(value)],
    );
    expect(signed).toEqual([241, 419, 439, 451, 566, -738, 808, 1064, -1199, -1368, 1621, -2039]);
  });
});
