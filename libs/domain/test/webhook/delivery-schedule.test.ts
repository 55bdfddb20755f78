import { waitAfterTryMs } from '@docket/domain/webhook/delivery-schedule-rules';
import { describe, expect, it } from '@jest/globals';

describe('the schedule of a delivery', () => {
  it('has ten tries, with waits from seconds to a day', () => {
    const waits = Array.from({ length: 12 }, (_, index) => waitAfterTryMs(index + 1, 0.5));
    expect(waits.indexOf(null)).toBe(9);
    expect(waits.slice(0, 9)).toEqual(waits.slice(0, 9).toSorted((a, b) => Number(a) - Number(b)));
    expect([waits[0], waits[8]]).toEqual([5_000, 86_400_000]);
  });

  it('is spread by a fifth to either side', () => {
    expect([waitAfterTryMs(2, 0), waitAfterTryMs(2, 1)]).toEqual([240_000, 360_000]);
  });
});
