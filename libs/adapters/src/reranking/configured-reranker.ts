import { CohereReranker } from './cohere-reranker.js';
import type { Reranker } from './reranker.js';
import { RestingReranker } from './resting-reranker.js';
import { TracedReranker } from './traced-reranker.js';
import { VoyageReranker } from './voyage-reranker.js';

export interface RerankSettings {
  RERANK_PROVIDER: 'none' | 'voyage' | 'cohere';
  RERANK_MODEL?: string | undefined;
  RERANK_URL?: string | undefined;
  RERANK_API_KEY?: string | undefined;
  RERANK_TIMEOUT_MS: number;
}

const PROVIDERS = {
  voyage: { Reranker: VoyageReranker, baseUrl: 'https://api.voyageai.com/v1' },
  cohere: { Reranker: CohereReranker, baseUrl: 'https://api.cohere.com/v2' },
};

/** The reranker that this process is configured for; null where searches end with fusion, as they do by default. */
export function configuredReranker(settings: RerankSettings): Reranker | null {
  const { RERANK_PROVIDER: provider, RERANK_MODEL: model } = settings;
  if (provider === 'none') return null;
  if (!model) throw new Error(`RERANK_MODEL: is required with RERANK_PROVIDER=${provider}`);
  const { Reranker, baseUrl } = PROVIDERS[provider];
  const reranker = new Reranker({
    baseUrl: settings.RERANK_URL ?? baseUrl,
    apiKey: settings.RERANK_API_KEY,
    model,
    timeoutMs: settings.RERANK_TIMEOUT_MS,
  });
  return new RestingReranker(new TracedReranker(reranker), () => performance.now());
}
