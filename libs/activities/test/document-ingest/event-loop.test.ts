import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROBE = join(import.meta.dirname, 'support/run-loop-probe.ts');
/** What the worker's heartbeats, health and other activities may be kept waiting. */
const MOST_MS = 100;

describe('the event loop', () => {
  it.each([
    ['40 MB of markup and a word of text', 'markup'],
    ['thousands of passages', 'passages'],
  ])(
    'is never blocked for 100 ms while %s are read, hashed, parsed, written and embedded',
    async (_what, file) => {
      const { stdout } = await promisify(execFile)(process.execPath, [PROBE, file]);
      const longest = Number(stdout.trim().split('\n').at(-1));
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThan(MOST_MS);
    },
    120_000,
  );
});
