import { z } from 'zod';
import { jsonOrText, NoAnswer, postJson, type JsonEndpoint } from '../http/post-json.js';
import { retryAfterSeconds } from '../language-model/model-unavailable.js';
import { RerankerUnavailable, type Reranker } from './reranker.js';

export interface HttpRerankerSettings {
  baseUrl: string;
  apiKey: string | undefined;
  model: string;
  timeoutMs: number;
}

/** How a provider numbers and scores what it was sent, in whatever order. */
export const scoredSchema = z.array(
  z.object({ index: z.number().int().nonnegative(), relevance_score: z.number() }),
);

/** Statuses that say "not now" (RFC 9110, and 529 as gateways use it). */
const WAITS = new Set([408, 409, 425, 429, 529]);

/** A reranker behind an HTTP endpoint: one request for all texts, judged whole or not at all. */
export abstract class HttpReranker implements Reranker {
  abstract readonly provider: string;
  /** Below the base address. */
  protected abstract readonly path: string;
  /** Picks the scores out of an answer. */
  protected abstract readonly answerSchema: z.ZodType<z.infer<typeof scoredSchema>>;

  constructor(protected readonly settings: HttpRerankerSettings) {}

  get model(): string {
    return this.settings.model;
  }

  /** The body of a request, as this provider wants it. */
  protected abstract body(query: string, texts: readonly string[]): object;

  async rerank(query: string, texts: readonly string[]): Promise<number[]> {
    if (texts.length === 0) return [];
    const { status, headers, text } = await this.ask(this.body(query, texts));
    if (status < 200 || status > 299) throw this.failureOf(status, headers, text);
    const parsed = this.answerSchema.safeParse(jsonOrText(text));
    if (!parsed.success)
      throw new RerankerUnavailable('answer_invalid', `${this.provider} answered in no known form.`, {
        cause: parsed.error,
      });
    return this.inOrder(parsed.data, texts.length);
  }

  private async ask(body: object): ReturnType<typeof postJson> {
    const { baseUrl, apiKey, timeoutMs } = this.settings;
    const endpoint: JsonEndpoint = { url: `${baseUrl.replace(/\/$/, '')}${this.path}`, apiKey, timeoutMs };
    try {
      return await postJson(endpoint, body);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const trouble = error.wasLate ? 'timeout' : 'unreachable';
      throw new RerankerUnavailable(trouble, `${this.provider} ${error.message}.`, { cause: error });
    }
  }

  private failureOf(status: number, headers: Headers, text: string): RerankerUnavailable {
    if (status === 401 || status === 403) {
      return new RerankerUnavailable(
        'refused',
        `${this.provider} refused the API key. Set a valid RERANK_API_KEY and restart the API.`,
      );
    }
    if (WAITS.has(status) || status >= 500) {
      const trouble = status === 429 ? 'rate_limited' : 'unreachable';
      return new RerankerUnavailable(trouble, `${this.provider} answered with status ${status}.`, {
        retryAfterSeconds: retryAfterSeconds(headers, Date.now()),
      });
    }
    return new RerankerUnavailable(
      'refused',
      `${this.provider} refused the request with status ${status}: ${text.slice(0, 300) || 'no reason given'}`,
    );
  }

  /** Every text exactly once: of half a judgement nobody knows where the other half belongs. */
  private inOrder(scored: z.infer<typeof scoredSchema>, count: number): number[] {
    const scores = new Map(scored.map(({ index, relevance_score: score }) => [index, score]));
    const inOrder = Array.from({ length: count }, (_, index) => scores.get(index));
    if (scored.length !== count || !inOrder.every((score) => score !== undefined))
      throw new RerankerUnavailable(
        'answer_invalid',
        `${this.provider} judged ${scored.length} texts, ${scores.size} of them different, where ${count} were sent.`,
      );
    return inOrder;
  }
}
