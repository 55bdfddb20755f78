import { integer, url } from './variables.js';

const POSTGRES = /^postgres(ql)?:$/;

export const databaseConfig = {
  DATABASE_URL: url(
    'Address of Postgres as the application role, which owns nothing and bypasses nothing.',
    POSTGRES,
  ),
  DATABASE_POOL_SIZE: integer(
    "Connections of this process. Replicas times pool, over API and workers, must stay below the server's max_connections less a reserve of 10 for operators and migrations.",
    12,
    // The API sets two of them apart for single reads.
    3,
    200,
  ),
  DATABASE_ACQUIRE_TIMEOUT_MS: integer(
    'Milliseconds a caller waits for a free connection before it is refused.',
    5_000,
    100,
    60_000,
  ),
  DATABASE_STATEMENT_TIMEOUT_MS: integer('Milliseconds one SQL statement may run.', 15_000, 100, 600_000),
  DATABASE_SLOW_MS: integer(
    'Milliseconds from which a method that reads or writes rows is logged as slow, by its name.',
    1_000,
    1,
    600_000,
  ),
};

export const databaseAdminConfig = {
  DATABASE_URL: databaseConfig.DATABASE_URL,
  DATABASE_ADMIN_URL: url(
    'Address of Postgres as a user that may create roles and the vector extension. Only commands use it, never the API or the worker.',
    POSTGRES,
  ),
};
