import { afterAll } from '@jest/globals';
import { runDocumentIngestSuite } from '../end-to-end/document-ingest.suite.ts';
import { EndToEnd, testServer } from '../end-to-end/support/environment.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

let redis: RedisServer | undefined;

afterAll(() => redis?.stop());

runDocumentIngestSuite('the test server, two replicas of the API on one Redis,', testServer, async () => {
  redis = await startRedisServer();
  return EndToEnd.open(testServer, { replicas: 2, overrides: { REDIS_URL: redis.url } });
});
