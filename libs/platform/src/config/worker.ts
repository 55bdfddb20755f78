import { buildIdConfig } from './build.js';
import { databaseConfig } from './database.js';
import { decisionsConfig } from './decisions.js';
import { embeddingConfig } from './embedding.js';
import { limitsConfig } from './limits.js';
import { loggingConfig } from './logging.js';
import { modelsConfig } from './models.js';
import { storageConfig } from './storage.js';
import { telemetryConfig } from './telemetry.js';
import { temporalConfig } from './temporal.js';
import { webhooksConfig } from './webhooks.js';
import { integer, text } from './variables.js';

/** Everything the worker process reads from its environment. */
export const workerConfig = {
  WORKER_QUEUES: text(
    'Task queues this process polls, comma separated: main, parse, model.',
    'main,parse,model',
  ),
  WORKER_HEALTH_HOST: text('Address the health and metrics server listens on.', '127.0.0.1'),
  WORKER_HEALTH_PORT: integer('Port of the health and metrics server.', 8081, 0, 65_535),
  WORKER_SHUTDOWN_SECONDS: integer(
    'Seconds that running activities get to finish when the worker is asked to stop.',
    20,
    1,
    300,
  ),
  WORKFLOW_TASKS_MAX: integer(
    'Workflow tasks in work at once, their database steps included. What is more waits in the queue, where each organisation has its turn: about four for each core.',
    8,
    1,
    1_000,
  ),
  LOCAL_ACTIVITIES_MAX: integer(
    'Short database steps in work at once; each may hold a connection.',
    20,
    1,
    1_000,
  ),
  PARSE_SLOTS: integer(
    'Files parsed at once: one warm child process each. More than the cores gains nothing.',
    2,
    1,
    64,
  ),
  PARSE_TIMEOUT_SECONDS: integer(
    'Seconds of processor time one file may take to parse before its child is killed.',
    10,
    1,
    120,
  ),
  PARSE_MEMORY_MB: integer('Megabytes of memory one parsing child may use.', 512, 64, 8_192),
  MODEL_SLOTS: integer('Calls to embedders and models in work at once.', 50, 1, 1_000),
  STORAGE_FAILURES_MAX: integer(
    'Failures of the storage after which a document ends in index_error.',
    20,
    1,
    10_000,
  ),
  ...buildIdConfig,
  ...databaseConfig,
  ...temporalConfig,
  ...storageConfig,
  ...embeddingConfig,
  ...limitsConfig,
  ...modelsConfig,
  ...decisionsConfig,
  ...webhooksConfig,
  ...loggingConfig,
  ...telemetryConfig,
};
