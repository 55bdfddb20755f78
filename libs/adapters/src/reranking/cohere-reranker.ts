import { z } from 'zod';
import { HttpReranker, scoredSchema } from './http-reranker.js';

/** Cohere's rerankers, version 2 of their API (docs.cohere.com/reference/rerank), which other servers speak, too. */
export class CohereReranker extends HttpReranker {
  readonly provider = 'cohere';
  protected readonly path = '/rerank';
  protected readonly answerSchema = z.object({ results: scoredSchema }).transform(({ results }) => results);

  protected body(query: string, texts: readonly string[]): object {
    // Without it some servers answer with ten.
    return { model: this.model, query, documents: texts, top_n: texts.length };
  }
}
