import { inSpan, SpanKind } from '@docket/platform/tracing/spans';
import type { Embedder, EmbeddingPurpose } from './embedder.js';

/** A paid embedder whose calls are spans. One inside this process takes microseconds and has none. */
export class TracedEmbedder implements Embedder {
  readonly provider: string;
  readonly model: string;
  readonly dimension: number;
  readonly local: boolean;

  constructor(private readonly embedder: Embedder) {
    this.provider = embedder.provider;
    this.model = embedder.model;
    this.dimension = embedder.dimension;
    this.local = embedder.local;
  }

  async embed(texts: readonly string[], purpose: EmbeddingPurpose): Promise<Float32Array[]> {
    const attributes = {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': this.provider,
      'gen_ai.request.model': this.model,
      'docket.embedding.texts': texts.length,
      'docket.embedding.purpose': purpose,
    };
    return inSpan(
      `embeddings ${this.model}`,
      { kind: SpanKind.CLIENT, category: 'provider', attributes },
      () => this.embedder.embed(texts, purpose),
    );
  }
}
