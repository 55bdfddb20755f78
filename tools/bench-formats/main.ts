import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { rounded } from '../bench/percentiles.ts';
import { peakMemoryOfChildren } from './peak-memory.ts';

// Throughput by format, warm children against fresh ones: `make bench-formats`. The
// documents are those of the golden tests; each is parsed again and again, one at a time.

const DOCUMENTS = fileURLToPath(
  new URL('../../libs/adapters/test/parsing/golden/documents/', import.meta.url),
);
const NAMES = [
  'latex-two-columns.pdf',
  'pandoc.docx',
  'pandoc.html',
  'pandoc-gfm.md',
  'hand-component.mdx',
  'pandoc-ledger.rst',
  'plain.csv',
  'npm-tree.json',
  'python-email.eml',
  'libreoffice.txt',
];
const RUNS = 20;
const LIMITS = { cpuMs: 60_000, heapMb: 512, maxOutputBytes: 200 * 1_048_576 };
const OPTIONS = {
  language: 'auto',
  hashedVectorsUpTo: 5_000,
  maxTextCharacters: 20 * 1_048_576,
  maxChunks: 5_000,
};

interface Measured {
  perSecond: number;
  peakMb: number | null;
}

/** Files per second in a pool of one, `fresh` with a new pool for each file, and the most memory that its child held. */
async function measure(name: string, fresh: boolean): Promise<Measured> {
  const bytes = readFileSync(DOCUMENTS + name);
  const job = { source: { bytes }, declared: { mediaType: '', fileName: basename(name) }, options: OPTIONS };
  let pool = new ParserPool({ size: 1, reuse: 200, ...LIMITS });
  await pool.parse(job);
  // A PDF's or a DOCX's child is gone after its file, and its successor has held nothing yet: those are met at work.
  let peakMb = peakMemoryOfChildren();
  const looking = setInterval(() => (peakMb = Math.max(peakMb ?? 0, peakMemoryOfChildren() ?? 0)), 10);
  const startedAt = performance.now();
  for (let run = 0; run < RUNS; run += 1) {
    if (fresh) {
      await pool.close();
      pool = new ParserPool({ size: 1, reuse: 200, ...LIMITS });
    }
    await pool.parse(job);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(looking);
  await pool.close();
  return { perSecond: rounded(RUNS / seconds, 1), peakMb };
}

const rows: Record<string, unknown>[] = [];
for (const document of NAMES) {
  const warm = await measure(document, false);
  const fresh = await measure(document, true);
  const kB = rounded(readFileSync(DOCUMENTS + document).length / 1_000, 1);
  rows.push({
    document,
    kB,
    warmPerSecond: warm.perSecond,
    freshPerSecond: fresh.perSecond,
    peakMb: warm.peakMb,
  });
}
console.table(rows);
