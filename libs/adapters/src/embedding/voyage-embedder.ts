import type { EmbeddingPurpose } from './embedder.js';
import { HttpEmbedder } from './http-embedder.js';

/** Voyage AI. It is told whether a text is a passage or a query, which its models embed differently. */
export class VoyageEmbedder extends HttpEmbedder {
  readonly provider = 'voyage';
  protected readonly keyVariable = 'EMBEDDING_API_KEY';

  protected body(texts: readonly string[], purpose: EmbeddingPurpose): object {
    return {
      model: this.model,
      input: texts,
      input_type: purpose === 'passage' ? 'document' : 'query',
      output_dimension: this.dimension,
      // A passage has some 350 tokens; what is longer is better cut than lost.
      truncation: true,
    };
  }
}
