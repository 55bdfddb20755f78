import { describe, expect, it } from '@jest/globals';
import { batchSavedMicros, costMicros, savedMicros } from '@docket/domain/model/cost';

const USAGE = { input: 1_000, output: 200, cacheRead: 3_000, cacheWrite: 400 };

describe('the cost of a call', () => {
  it('is counted by token class in millionths of a dollar', () => {
    // 1000 * 2 + 200 * 10 + 3000 * 0.1 + 400 * 2.5
    expect(costMicros('anthropic', 'claude-sonnet-5-5', USAGE)).toBe(5_300);
  });

  it('is rounded up, but not by the noise of decimals', () => {
    expect(
      costMicros('anthropic', 'claude-haiku-5-5', {
        ...USAGE,
        input: 1,
        output: 0,
        cacheRead: 0,
        cacheWrite: 0,
      }),
    ).toBe(1);
    expect(
      costMicros('anthropic', 'claude-haiku-5-5', { input: 30, output: 0, cacheRead: 0, cacheWrite: 0 }),
    ).toBe(3);
  });

  it('is higher on all tokens of a long prompt, where the model is priced so', () => {
    const usage = { input: 90_000, output: 10, cacheRead: 10_001, cacheWrite: 0 };
    expect(costMicros('anthropic', 'claude-haiku-5-5', usage)).toBe(Math.ceil(45_000 + 25 + 500.05));
  });

  it('is half in a message batch, of every class of tokens, and rounded up once', () => {
    expect(costMicros('anthropic', 'claude-sonnet-5-5', USAGE, true)).toBe(2_650);
    expect(batchSavedMicros('anthropic', 'claude-sonnet-5-5', USAGE)).toBe(2_650);
    expect(savedMicros('anthropic', 'claude-sonnet-5-5', USAGE, true)).toBe(
      savedMicros('anthropic', 'claude-sonnet-5-5', USAGE) / 2,
    );
    const odd = { input: 30, output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(costMicros('anthropic', 'claude-haiku-5-5', odd, true)).toBe(2);
  });

  it('is nothing for the extractive model and unknown for a model without a price', () => {
    expect(costMicros('extractive', 'extractive-1', USAGE)).toBe(0);
    expect(costMicros('anthropic', 'claude-of-tomorrow', USAGE)).toBeNull();
  });
});
