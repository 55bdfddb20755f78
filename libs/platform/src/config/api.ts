import { authConfig } from './auth.js';
import { databaseConfig } from './database.js';
import { embeddingConfig } from './embedding.js';
import { limitsConfig } from './limits.js';
import { loggingConfig } from './logging.js';
import { rateLimitsConfig } from './rate-limits.js';
import { rerankConfig } from './reranking.js';
import { storageConfig } from './storage.js';
import { telemetryConfig } from './telemetry.js';
import { temporalConfig } from './temporal.js';
import { webhooksConfig } from './webhooks.js';
import { integer, optionalSecret, optionalText, secret, text } from './variables.js';

/** Everything the API process reads from its environment. */
export const apiConfig = {
  API_HOST: text('Address the API listens on.', '127.0.0.1'),
  API_PORT: integer('Port the API listens on.', 8080, 0, 65_535),
  API_KEY_PEPPER: secret('Secret mixed into the hash of every API key; kept apart from the database.', 32),
  PLATFORM_OPERATOR_TOKEN: optionalSecret(
    'Credential of the operators of the installation, for /v1/platform alone; without one those routes are shut.',
    32,
  ),
  API_DRAIN_SECONDS: integer(
    'Seconds that the API serves on after it was asked to stop, while /ready answers 503: as long as the load balancer needs to see it.',
    0,
    0,
    300,
  ),
  API_SHUTDOWN_SECONDS: integer(
    'Seconds that open requests get to finish when the API is asked to stop.',
    20,
    1,
    300,
  ),
  API_MAX_WAITERS: integer(
    'Requests with Prefer: wait that may be held at once; more are answered at once with 202.',
    1_000,
    0,
    10_000,
  ),
  API_CORS_ORIGINS: optionalText(
    'Origins whose pages may call the API from a browser, comma separated, such as https://app.example.com; by default none.',
  ),
  API_TRUSTED_PROXIES: integer(
    "Reverse proxies in front of the API whose X-Forwarded-For counts; with 0 a client's address is that of its connection.",
    0,
    0,
    10,
  ),
  IDEMPOTENCY_LEASE_SECONDS: integer(
    'Seconds after which a request with an Idempotency-Key whose process died may be done by a repeat. A slower request is fenced off by the repeat, never doubled.',
    30,
    1,
    600,
  ),
  ...authConfig,
  ...databaseConfig,
  ...temporalConfig,
  ...storageConfig,
  ...embeddingConfig,
  EMBEDDING_ROLL_BACK_HOURS: integer(
    'Hours after a change of the embedder for which the one before is kept complete, so that going back takes a moment.',
    24,
    0,
    720,
  ),
  ...rerankConfig,
  ...limitsConfig,
  ...rateLimitsConfig,
  ...webhooksConfig,
  ...loggingConfig,
  ...telemetryConfig,
};
