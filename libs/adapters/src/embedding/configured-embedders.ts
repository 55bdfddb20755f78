import { DocketError } from '@docket/domain/errors';
import type { Embedder } from './embedder.js';
import { HashedEmbedder } from './hashed-embedder.js';
import { OpenAiCompatibleEmbedder } from './openai-compatible-embedder.js';
import { TracedEmbedder } from './traced-embedder.js';
import { VoyageEmbedder } from './voyage-embedder.js';

/** What names a profile: its vectors compare with those of the same provider, model and dimension alone. */
export interface EmbeddingProfileKey {
  provider: string;
  model: string;
  dimension: number;
}

export interface EmbeddingSettings {
  EMBEDDING_PROVIDER: 'hashed' | 'voyage' | 'openai-compatible';
  EMBEDDING_MODEL?: string | undefined;
  EMBEDDING_DIMENSION: number;
  EMBEDDING_URL?: string | undefined;
  EMBEDDING_API_KEY?: string | undefined;
  EMBEDDING_BATCH_TEXTS: number;
}

const VOYAGE_URL = 'https://api.voyageai.com/v1';

/**
 * The embedders that this process can use: `hashed`, which is always there, and the one it is configured for. Profiles of
 * others are known by name only.
 */
export class ConfiguredEmbedders {
  private readonly embedders: readonly Embedder[];

  /** @param timeoutMs the longest that one request may take: short for a query, long for a batch of passages */
  constructor(settings: EmbeddingSettings, timeoutMs: number) {
    const paid = paidEmbedder(settings, timeoutMs);
    this.embedders = [new HashedEmbedder(), ...(paid ? [new TracedEmbedder(paid)] : [])];
  }

  /** The one that makes a profile's vectors, or null when this process is not configured for it. */
  find(profile: EmbeddingProfileKey): Embedder | null {
    return (
      this.embedders.find(
        ({ provider, model, dimension }) =>
          provider === profile.provider && model === profile.model && dimension === profile.dimension,
      ) ?? null
    );
  }

  /** @throws DocketError `embedding.rejected` when this process is not configured for the profile */
  for(profile: EmbeddingProfileKey): Embedder {
    const embedder = this.find(profile);
    if (embedder) return embedder;
    throw new DocketError(
      'embedding.rejected',
      `No embedder is configured for ${profile.provider}/${profile.model} with ${profile.dimension} dimensions. ` +
        'Set EMBEDDING_PROVIDER, EMBEDDING_MODEL and EMBEDDING_DIMENSION for it, restart API and worker, and retry.',
    );
  }
}

function paidEmbedder(settings: EmbeddingSettings, timeoutMs: number): Embedder | null {
  const { EMBEDDING_PROVIDER: provider, EMBEDDING_MODEL: model, EMBEDDING_URL: url } = settings;
  if (provider === 'hashed') return null;
  if (!model) throw new Error(`EMBEDDING_MODEL: is required with EMBEDDING_PROVIDER=${provider}`);
  const baseUrl = url ?? (provider === 'voyage' ? VOYAGE_URL : undefined);
  if (!baseUrl) throw new Error(`EMBEDDING_URL: is required with EMBEDDING_PROVIDER=${provider}`);
  const http = {
    baseUrl,
    model,
    apiKey: settings.EMBEDDING_API_KEY,
    dimension: settings.EMBEDDING_DIMENSION,
    batchTexts: settings.EMBEDDING_BATCH_TEXTS,
    timeoutMs,
  };
  return provider === 'voyage' ? new VoyageEmbedder(http) : new OpenAiCompatibleEmbedder(http);
}
