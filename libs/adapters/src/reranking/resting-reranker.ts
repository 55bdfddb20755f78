import { RerankerUnavailable, type Reranker } from './reranker.js';

/**
 * Leaves a reranker that failed alone for as long as it said, or a few seconds: while it is down, one search every few
 * seconds waits for its deadline, and all others answer at once.
 */
export class RestingReranker implements Reranker {
  private restsUntilMs = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly reranker: Reranker,
    private readonly now: () => number,
  ) {}

  get provider(): string {
    return this.reranker.provider;
  }

  get model(): string {
    return this.reranker.model;
  }

  async rerank(query: string, texts: readonly string[]): Promise<number[]> {
    const restMs = this.restsUntilMs - this.now();
    if (restMs > 0)
      throw new RerankerUnavailable('resting', `${this.provider} failed a moment ago and is left alone.`, {
        retryAfterSeconds: restMs / 1_000,
      });
    try {
      return await this.reranker.rerank(query, texts);
    } catch (error) {
      if (error instanceof RerankerUnavailable)
        this.restsUntilMs = this.now() + error.retryAfterSeconds * 1_000;
      throw error;
    }
  }
}
