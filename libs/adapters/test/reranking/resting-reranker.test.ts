import { RerankerUnavailable, type Reranker, type RerankTrouble } from '@docket/adapters/reranking';
import { describe, expect, it } from '@jest/globals';
import { RestingReranker } from '../../src/reranking/resting-reranker.js';

/** Fails as told, and counts how often it was asked. */
class Scripted implements Reranker {
  readonly provider = 'scripted';
  readonly model = 'none';
  asked = 0;
  fails: RerankerUnavailable | null = null;

  async rerank(_: string, texts: readonly string[]): Promise<number[]> {
    this.asked += 1;
    if (this.fails) throw this.fails;
    return texts.map(() => 1);
  }
}

async function troubleOf(reranker: Reranker): Promise<RerankTrouble | null> {
  return reranker.rerank('q', ['a']).then(
    () => null,
    (error: unknown) => {
      if (error instanceof RerankerUnavailable) return error.trouble;
      throw error;
    },
  );
}

describe('a reranker that failed', () => {
  it.each([
    ['as long as it said', 'rate_limited', 17, 17_000],
    ['a few seconds when it named no time', 'timeout', null, 5_000],
    ['a minute when its key is wrong', 'refused', null, 60_000],
    ['five minutes at most', 'rate_limited', 86_400, 300_000],
  ] as const)('is left alone for %s, and then asked again', async (_, trouble, retryAfterSeconds, restMs) => {
    let nowMs = 1_000;
    const scripted = new Scripted();
    const reranker = new RestingReranker(scripted, () => nowMs);
    scripted.fails = new RerankerUnavailable(trouble, 'no', { retryAfterSeconds });
    expect(await troubleOf(reranker)).toBe(trouble);
    scripted.fails = null;
    nowMs += restMs - 1;
    expect(await troubleOf(reranker)).toBe('resting');
    expect(scripted.asked).toBe(1);
    nowMs += 1;
    expect(await troubleOf(reranker)).toBeNull();
    expect(scripted.asked).toBe(2);
  });

  it('passes on what is no trouble of the reranker, and does not rest for it', async () => {
    const scripted = new Scripted();
    const reranker = new RestingReranker(scripted, () => 0);
    scripted.rerank = async () => {
      throw new TypeError('a defect');
    };
    await expect(reranker.rerank('q', ['a'])).rejects.toThrow(TypeError);
    await expect(reranker.rerank('q', ['a'])).rejects.toThrow(TypeError);
  });
});
