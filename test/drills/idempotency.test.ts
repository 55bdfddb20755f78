import { describe, it } from '@jest/globals';
import { createTestDatabase } from '../support/database.ts';
import { expectOneEffectPerKey } from '../support/idempotency-storm.ts';
import { TestStack } from '../support/stack.ts';
import { startTestServer, TEST_NAMESPACE } from '../support/temporal-test-server.ts';

const MINUTES = 60_000;

describe('1,000 concurrent requests with 100 keys, and a replica that sleeps longer than its lease and is then killed', () => {
  it(
    'have one effect per key and one answer, to the byte',
    async () => {
      const server = await startTestServer();
      const options = { temporalAddress: server.address, namespace: TEST_NAMESPACE };
      const stack = await TestStack.open(await createTestDatabase(), options);
      try {
        await expectOneEffectPerKey(stack, { keys: 100, perKey: 10 });
      } finally {
        await stack.stop();
        await server.teardown();
      }
    },
    3 * MINUTES,
  );
});
