/**
 * `node run-loop-probe.ts CASE` ingests a large file as the worker does, and prints how long the event loop was held at
 * most, in milliseconds. A process of its own: in one that has run a hundred test files the collection of their garbage is
 * measured, too.
 */
import { IngestWorld } from './ingest-world.ts';
import { longestBlockMs } from './loop-probe.ts';

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

interface Case {
  text: string;
  mediaType: string;
}

const CASES: Record<string, () => Case> = {
  markup: () => ({ text: `<p>word</p><!--${'-x'.repeat(20_000_000)}-->`, mediaType: 'text/html' }),
  passages: () => ({ text: prose(0.9), mediaType: 'text/markdown' }),
};

async function ingest(world: IngestWorld, file: Case): Promise<number> {
  const subject = await world.announce(file);
  return longestBlockMs(async () => {
    const read = await world.run('readContent', subject);
    if (read.outcome === 'parsed' && read.missingVectors > 0)
      await world.run('embedContentChunks', { ...subject, ...read });
  });
}

const file = CASES[process.argv[2] ?? ''];
if (!file) throw new Error(`usage: run-loop-probe.ts ${Object.keys(CASES).join(' | ')}`);
const world = await IngestWorld.open();
try {
  // The compiler is done with the code by then, as it is in a worker that has run for a second.
  await ingest(world, { text: prose(0.01), mediaType: 'text/markdown' });
  console.log(await ingest(world, file()));
} finally {
  await world.close();
}
