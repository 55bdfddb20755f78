import { createLogger } from '@docket/platform/logging/logger';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startRedisServer, type RedisServer } from '../../../../test/support/redis-server.ts';
import { until } from '../../../../test/support/until.ts';
import { RateLimiter } from '../../src/limits/rate-limiter.ts';
import { RedisRateStore } from '../../src/limits/redis-rate-store.ts';
import { startApi } from '../support/api-server.ts';
import { newKey, newOrg } from '../support/people.ts';

jest.setTimeout(60_000);

const logger = createLogger('silent', 'api');

let redis: RedisServer;
let store: RedisRateStore;

beforeAll(async () => {
  redis = await startRedisServer();
  store = new RedisRateStore(redis.url, logger);
  store.connect();
  await untilItAnswers();
});

afterAll(async () => {
  store.close();
  await redis.stop();
});

async function untilItAnswers(): Promise<void> {
  await until('Redis answers', async () => {
    try {
      return (await store.take('probe', 1)).used > 0;
    } catch {
      return false;
    }
  });
}

describe('windows in Redis', () => {
  it('count what everybody took at once, and end a minute after the first', async () => {
    const taken = await Promise.all(Array.from({ length: 30 }, () => store.take('bucket', 2)));
    expect(taken.map(({ used }) => used).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => (index + 1) * 2),
    );
    for (const { endsInMs } of taken) {
      expect(endsInMs).toBeGreaterThan(50_000);
      expect(endsInMs).toBeLessThanOrEqual(60_000);
    }
  });

  it('limit two replicas together', async () => {
    const [first, second] = [new RateLimiter(store, logger), new RateLimiter(store, logger)];
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, (_, index) => (index % 2 ? first : second).take('shared', 100)),
    );
    const admitted = verdicts.filter((verdict) => verdict.admitted).length;
    expect(admitted).toBeLessThanOrEqual(100);
    expect(admitted).toBeGreaterThanOrEqual(96);
  });

  it('that are lost turn nobody away, and count again when Redis is back', async () => {
    const limiter = new RateLimiter(store, logger);
    const port = Number(new URL(redis.url).port);
    await redis.stop();
    expect((await limiter.take('away', 60)).admitted).toBe(true);
    redis = await startRedisServer(port);
    await untilItAnswers();
    expect((await store.take('bucket', 1)).used).toBe(1);
  });
});

describe('an API with Redis', () => {
  it('holds a key to its limit, and leaves nothing of it in Postgres', async () => {
    const api = await startApi({ REDIS_URL: redis.url });
    try {
      const org = await newOrg(api);
      await api.database.asAdmin(`update plans set requests_per_minute_per_caller = 4 where name = 'free'`);
      await api.ask('PATCH', `/v1/platform/orgs/${org.id}`, api.operatorToken, { plan: 'free' });
      const { key } = await newKey(api, org, ['org:read']);
      const statuses: number[] = [];
      for (let index = 0; index < 5; index += 1) statuses.push((await api.ask('GET', '/v1/me', key)).status);
      expect(statuses).toEqual([200, 200, 200, 200, 429]);
      expect(await api.database.asAdmin('select bucket from rate_windows')).toEqual([]);
    } finally {
      await api.close();
    }
  });
});
