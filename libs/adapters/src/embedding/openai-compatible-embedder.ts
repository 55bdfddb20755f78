import { HttpEmbedder } from './http-embedder.js';

/** Any server that speaks OpenAI's embeddings, local ones among them. Many refuse parameters beyond these. */
export class OpenAiCompatibleEmbedder extends HttpEmbedder {
  readonly provider = 'openai-compatible';
  protected readonly keyVariable = 'EMBEDDING_API_KEY';

  protected body(texts: readonly string[]): object {
    return { model: this.model, input: texts, encoding_format: 'float' };
  }
}
