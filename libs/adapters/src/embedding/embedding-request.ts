import { DocketError } from '@docket/domain/errors';
import { z } from 'zod';
import { jsonOrText, NoAnswer, postJson, type JsonEndpoint } from '../http/post-json.js';
import { retryAfterSeconds } from '../language-model/model-unavailable.js';
import { EmbedderUnavailable } from './embedder-unavailable.js';

export interface EmbeddingEndpoint extends JsonEndpoint {
  /** Name of the provider in messages. */
  provider: string;
  /** Environment variable of the key, for the message that says it is wrong. */
  keyVariable: string;
}

/** Both wire formats answer alike: one entry per text, in any order, numbered. */
const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

/** Statuses that say "not now" (RFC 9110, and 529 as gateways use it). */
const WAITS = new Set([408, 409, 425, 429, 529]);

/** The request was too large as a whole; halves of it may not be. */
export class EmbeddingRequestTooLarge extends Error {
  override readonly name = 'EmbeddingRequestTooLarge';
}

/**
 * One call to an embeddings endpoint. Resolves with the vectors by their number; some may be missing.
 *
 * @throws EmbedderUnavailable where asking again helps
 * @throws EmbeddingRequestTooLarge for a request that should be halved
 * @throws DocketError `embedding.rejected` for a refusal that will last: a wrong key, model or parameter
 */
export async function requestEmbeddings(
  endpoint: EmbeddingEndpoint,
  body: object,
): Promise<Map<number, number[]>> {
  const answer = await postJson(endpoint, body).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    throw new EmbedderUnavailable(`${endpoint.provider} ${error.message}.`, { cause: error });
  });
  if (answer.status < 200 || answer.status > 299) throw failureOf(endpoint, answer);
  const parsed = answerSchema.safeParse(jsonOrText(answer.text));
  if (!parsed.success)
    throw new EmbedderUnavailable(`${endpoint.provider} answered in no known form.`, { cause: parsed.error });
  return new Map(parsed.data.data.map(({ index, embedding }) => [index, embedding]));
}

function failureOf(
  { provider, keyVariable }: EmbeddingEndpoint,
  { status, headers, text }: Awaited<ReturnType<typeof postJson>>,
): Error {
  if (status === 413) return new EmbeddingRequestTooLarge(`${provider} takes no request of this size.`);
  if (WAITS.has(status) || status >= 500) {
    return new EmbedderUnavailable(`${provider} answered with status ${status}.`, {
      retryAfterSeconds: retryAfterSeconds(headers, Date.now()),
    });
  }
  if (status === 401 || status === 403) {
    return new DocketError(
      'embedding.rejected',
      `${provider} refused the API key. Set a valid ${keyVariable}, restart API and worker, and retry.`,
    );
  }
  return new DocketError(
    'embedding.rejected',
    `${provider} refused the request with status ${status}: ${text.slice(0, 300) || 'no reason given'}`,
  );
}
