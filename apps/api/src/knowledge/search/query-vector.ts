import { ConfiguredEmbedders } from '@docket/adapters/embedding/configured';
import { QueryEmbeddings } from '@docket/adapters/embedding/queries';
import { EmbedderUnavailable } from '@docket/adapters/embedding/unavailable';
import type { SearchMode } from '@docket/db/passage-search';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import { DocketError } from '@docket/domain/errors';
import type { Logger } from '@docket/platform/logging/logger';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../../infrastructure/logger.token.js';

/** Makes the vector of a query, where one is of use. */
@Injectable()
export class QueryVector {
  private readonly kept = new QueryEmbeddings();

  constructor(
    private readonly embedders: ConfiguredEmbedders,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The query's vector under the profile; null when the search goes by words alone, because it is asked to, because the
   * vector leg weighs nothing, or because the embedder does not answer. A search by vectors alone has nothing else to
   * answer with: it says so.
   *
   * @throws DocketError `embedding.unavailable` for mode `vector` while the embedder is down, and `embedding.rejected`
   * while it refuses
   */
  async of(profile: EmbeddingProfile, text: string, mode: SearchMode): Promise<Float32Array | null> {
    if (mode === 'lexical' || (mode === 'hybrid' && profile.fusionWeight === 0)) return null;
    try {
      return await this.kept.vector(profile.id, this.embedders.for(profile), text);
    } catch (error) {
      const isKnown = error instanceof EmbedderUnavailable || error instanceof DocketError;
      if (!isKnown) throw error;
      if (mode === 'hybrid') {
        this.logger.warn(
          { error, model: profile.model },
          'search goes by words alone: no vector of the query',
        );
        return null;
      }
      if (error instanceof DocketError) throw error;
      throw new DocketError(
        'embedding.unavailable',
        'The embedder does not answer. Try again shortly, or search in mode hybrid or lexical.',
        { cause: error, retryAfterSeconds: Math.ceil(error.retryAfterSeconds) },
      );
    }
  }
}
