import { afterAll } from '@jest/globals';
import { runDocumentIngestSuite } from '../end-to-end/document-ingest.suite.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

let redis: RedisServer | undefined;

afterAll(() => redis?.stop());

runDocumentIngestSuite(
  'a real server, two replicas of the API on one Redis,',
  devServer,
  async () => {
    redis = await startRedisServer();
    return EndToEnd.open(devServer, { replicas: 2, overrides: { REDIS_URL: redis.url } });
  },
  'on any server',
);
