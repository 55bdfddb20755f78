import { integer, oneOf, optionalSecret, optionalText } from './variables.js';

/** Which embedder API and worker can use beside the embedded one. The same for all processes of an installation. */
export const embeddingConfig = {
  EMBEDDING_PROVIDER: oneOf(
    'Embedder beside the embedded one: hashed (no other), voyage, or openai-compatible. It is used once its profile is active; see docs/operations.md.',
    ['hashed', 'voyage', 'openai-compatible'],
    'hashed',
  ),
  EMBEDDING_MODEL: optionalText('Model of that embedder, such as voyage-3.5.'),
  EMBEDDING_DIMENSION: integer('Dimensions of its vectors.', 1_024, 1, 4_000),
  EMBEDDING_URL: optionalText(
    'Base address of its API, such as http://127.0.0.1:11434/v1; by default that of Voyage AI.',
  ),
  EMBEDDING_API_KEY: optionalSecret('Its API key. Calls are paid for by its owner.'),
  EMBEDDING_BATCH_TEXTS: integer('Most passages of one request to it.', 128, 1, 1_000),
  EMBEDDING_TIMEOUT_SECONDS: integer('Seconds one request for passages may take.', 60, 1, 600),
  EMBEDDING_QUERY_TIMEOUT_MS: integer(
    'Milliseconds the vector of a query may take; a hybrid search goes on by words without it.',
    2_000,
    50,
    60_000,
  ),
};
