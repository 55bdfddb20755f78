import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cpuPerItem } from '../../../tools/bench/cpu.ts';
import { percentile, rounded } from '../../../tools/bench/percentiles.ts';

const oneToTwenty = Array.from({ length: 20 }, (_, index) => index + 1);

describe('percentile', () => {
  it('is by the nearest rank', () => {
    expect([0, 0.05, 0.5, 0.95, 0.951, 1].map((share) => percentile(oneToTwenty, share))).toEqual([
      1, 1, 10, 19, 20, 20,
    ]);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('compares numbers, not their texts, and leaves the values in their order', () => {
    const values = [100, 9, 20];
    expect(percentile(values, 0.5)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('is one of the values, with at least the share of them at or below it', () => {
    const share = fc.constantFrom(0.25, 0.5, 0.75, 0.95);
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), share, (values, asked) => {
        const found = percentile(values, asked);
        expect(values).toContain(found);
        const below = values.filter((value) => value <= found).length;
        expect(below).toBeGreaterThanOrEqual(values.length * asked);
      }),
    );
  });
});

describe('rounded', () => {
  it('keeps one digit unless told otherwise', () => {
    expect([rounded(1.25), rounded(12.34), rounded(12.345, 2), rounded(7.6, 0)]).toEqual([
      1.3, 12.3, 12.35, 8,
    ]);
  });
});

describe('CPU per item', () => {
  const before = { api: 10, worker: 20, temporal: 30, postgres: 40, client: 50 };
  const after = { api: 110, worker: 220, temporal: 30, postgres: 43, client: 51 };

  it('is what each part used between the two looks, shared out', () => {
    expect(cpuPerItem(before, after, 20)).toEqual({
      api: 5,
      worker: 10,
      temporal: 0,
      postgres: 0.2,
      client: 0.1,
    });
  });

  it('is unknown where one look saw nothing', () => {
    expect(cpuPerItem(null, after, 20)).toBeNull();
    expect(cpuPerItem(before, null, 20)).toBeNull();
  });
});
