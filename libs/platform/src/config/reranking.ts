import { integer, oneOf, optionalSecret, optionalText } from './variables.js';

/** A model that puts the best passages of a search into its own order. Only the API asks it. */
export const rerankConfig = {
  RERANK_PROVIDER: oneOf(
    'Reranker of searches: none, voyage, or cohere (also any server that speaks version 2 of its API). While it does not answer, searches keep the order they have without it.',
    ['none', 'voyage', 'cohere'],
    'none',
  ),
  RERANK_MODEL: optionalText('Model of that reranker, such as rerank-2.5-lite.'),
  RERANK_URL: optionalText(
    'Base address of its API, such as http://127.0.0.1:8081/v2; by default that of the provider.',
  ),
  RERANK_API_KEY: optionalSecret('Its API key. Calls are paid for by its owner.'),
  RERANK_CANDIDATES: integer('Best passages of a search that it judges.', 50, 2, 100),
  RERANK_TIMEOUT_MS: integer(
    'Milliseconds its judgement may take; a search goes on without it.',
    800,
    50,
    10_000,
  ),
};

/** What no variable alone can tell: a reranker needs the name of its model. */
export function missingForReranker(values: Readonly<Record<string, unknown>>): string[] {
  const { RERANK_PROVIDER: provider = 'none', RERANK_MODEL: model } = values;
  if (provider === 'none' || model !== undefined) return [];
  return [
    `RERANK_MODEL: is required with this RERANK_PROVIDER (${rerankConfig.RERANK_MODEL.description ?? ''})`,
  ];
}
