import { inSpan, SpanKind } from '@docket/platform/tracing/spans';
import type { Reranker } from './reranker.js';

/** A reranker whose calls are spans. */
export class TracedReranker implements Reranker {
  readonly provider: string;
  readonly model: string;

  constructor(private readonly reranker: Reranker) {
    this.provider = reranker.provider;
    this.model = reranker.model;
  }

  async rerank(query: string, texts: readonly string[]): Promise<number[]> {
    const attributes = {
      'gen_ai.operation.name': 'rerank',
      'gen_ai.provider.name': this.provider,
      'gen_ai.request.model': this.model,
    };
    return inSpan(`rerank ${this.model}`, { kind: SpanKind.CLIENT, category: 'provider', attributes }, () =>
      this.reranker.rerank(query, texts),
    );
  }
}
