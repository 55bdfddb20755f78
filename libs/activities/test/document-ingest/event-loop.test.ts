import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IngestWorld } from './support/ingest-world.ts';
import { longestBlockMs } from './support/loop-probe.ts';

/** What the worker's heartbeats, health and other activities may be kept waiting. */
const MOST_MS = 100;

/** Prose of many different words, `megabytes` of it, the same every time. */
function prose(megabytes: number): string {
  const parts: string[] = [];
  let state = 7;
  let length = 0;
  for (let paragraph = 0; length < megabytes * 1_000_000; paragraph += 1) {
    const words = Array.from({ length: 120 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return `w${(state >>> 8) % 60_000}`;
    });
    const part = `## Section ${paragraph}\n\n${words.join(' ')}.\n\n`;
    parts.push(part);
    length += part.length;
  }
  return parts.join('');
}

describe('the event loop', () => {
  let world: IngestWorld;
  beforeAll(async () => {
    world = await IngestWorld.open();
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  it.each([
    ['40 MB of markup and a word of text', () => `<p>word</p><!--${'-x'.repeat(20_000_000)}-->`, 'text/html'],
    ['thousands of passages', () => prose(0.9), 'text/markdown'],
  ])(
    'is never blocked for 100 ms while %s are read, hashed, parsed, written and embedded',
    async (_what, text, mediaType) => {
      const subject = await world.announce({ text: text(), mediaType });
      const longest = await longestBlockMs(async () => {
        const read = await world.run('readContent', subject);
        if (read.outcome === 'parsed' && read.missingVectors > 0)
          await world.run('embedContentChunks', { ...subject, ...read });
      });
      expect(longest).toBeLessThan(MOST_MS);
    },
    120_000,
  );
});
