import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createTestDatabase } from '../support/database.ts';
import { TestStack } from '../support/stack.ts';

describe('a connection that takes its time over its headers', () => {
  it('is closed after 15 s, while others are answered', async () => {
    // No request of this test gets as far as Temporal.
    const options = { temporalAddress: '127.0.0.1:1', namespace: 'none' };
    const stack = await TestStack.open(await createTestDatabase(), options);
    try {
      const api = await stack.startApi({}, '/health');
      const { hostname, port } = new URL(api.url);
      const begun = performance.now();
      const slow = Array.from({ length: 200 }, () => {
        const socket = connect(Number(port), hostname);
        socket.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ');
        socket.resume();
        return once(socket, 'close');
      });
      expect((await fetch(`${api.url}/health`)).status).toBe(200);
      await Promise.all(slow);
      const tookMs = performance.now() - begun;
      expect(tookMs).toBeGreaterThan(14_000);
      // Node looks every 30 s for connections that are over their time.
      expect(tookMs).toBeLessThan(60_000);
    } finally {
      await stack.stop();
    }
  }, 120_000);
});
