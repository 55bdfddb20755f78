import { z } from 'zod';
import { HttpReranker, scoredSchema } from './http-reranker.js';

/** Voyage AI's rerankers (docs.voyageai.com/reference/reranker-api). */
export class VoyageReranker extends HttpReranker {
  readonly provider = 'voyage';
  protected readonly path = '/rerank';
  protected readonly answerSchema = z.object({ data: scoredSchema }).transform(({ data }) => data);

  protected body(query: string, texts: readonly string[]): object {
    // A query of 8 kB may be beyond its limit; cut it is judged, refused it is not.
    return { model: this.model, query, documents: texts, truncation: true };
  }
}
