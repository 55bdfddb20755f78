import { RerankerUnavailable, type Reranker } from '@docket/adapters/reranking';
import type { PassageHit } from '@docket/db/passage-search';
import type { Logger } from '@docket/platform/logging/logger';
import { rerankObserver } from '@docket/platform/metrics/rerank';
import { Inject, Injectable } from '@nestjs/common';
import { ApiSettings } from '../../api-settings.js';
import { LOGGER } from '../../infrastructure/logger.token.js';
import { RERANKER } from '../../infrastructure/reranker.token.js';
import type { RerankingDto } from './search.dto.js';

/** Lets the configured reranker, where there is one, put the best passages into its order. */
@Injectable()
export class Reranking {
  private readonly observe = rerankObserver();

  constructor(
    @Inject(RERANKER) private readonly reranker: Reranker | null,
    private readonly settings: ApiSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** How many passages a search should find for `limit` of them to be shown. */
  candidates(limit: number, isWanted: boolean): number {
    const isAsked = isWanted && this.reranker !== null;
    return isAsked ? Math.max(limit, this.settings.values.RERANK_CANDIDATES) : limit;
  }

  /**
   * The hits in the reranker's order with its scores, or as they are while it does not judge them, and which of both it
   * was. A network call: never within a transaction. Never fails a search.
   */
  async apply(
    query: string,
    hits: readonly PassageHit[],
    isWanted: boolean,
  ): Promise<{ hits: readonly PassageHit[]; reranking: RerankingDto | null }> {
    if (!isWanted || !this.reranker) return { hits, reranking: null };
    const { provider, model } = this.reranker;
    const startedAt = performance.now();
    const judged = await this.judge(this.reranker, query, hits);
    const trouble = Array.isArray(judged) ? null : judged.trouble;
    this.observe(trouble ?? 'applied', performance.now() - startedAt);
    const ordered = Array.isArray(judged) ? inOrderOf(judged, hits) : hits;
    return { hits: ordered, reranking: { provider, model, applied: trouble === null, trouble } };
  }

  private async judge(
    reranker: Reranker,
    query: string,
    hits: readonly PassageHit[],
  ): Promise<number[] | RerankerUnavailable> {
    try {
      return await reranker.rerank(query, hits.map(textOf));
    } catch (error) {
      if (!(error instanceof RerankerUnavailable)) throw error;
      // A rest is told of once, by the failure that began it.
      const level = error.trouble === 'resting' ? 'debug' : 'warn';
      this.logger[level]({ error, model: reranker.model }, 'search keeps its own order: no judgement');
      return error;
    }
  }
}

/** What a reader would judge the passage by. */
function textOf({ documents, sectionPath, text }: PassageHit): string {
  return [[documents[0]?.title, ...sectionPath].filter(Boolean).join(' › '), text].filter(Boolean).join('\n');
}

/** Equal scores keep the order they come in. */
function inOrderOf(scores: readonly number[], hits: readonly PassageHit[]): PassageHit[] {
  return hits
    .map((hit, index) => ({ ...hit, score: scores[index] ?? 0 }))
    .sort((one, other) => other.score - one.score);
}
