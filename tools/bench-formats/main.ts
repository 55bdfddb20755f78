import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { rounded } from '../bench/percentiles.ts';

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

/** Files per second in a pool of one, `fresh` with a new pool for each file. */
async function measure(name: string, fresh: boolean): Promise<number> {
  const bytes = readFileSync(DOCUMENTS + name);
  const job = { source: { bytes }, declared: { mediaType: '', fileName: basename(name) }, options: OPTIONS };
  let pool = new ParserPool({ size: 1, reuse: 200, ...LIMITS });
  await pool.parse(job);
  const startedAt = performance.now();
  for (let run = 0; run < RUNS; run += 1) {
    if (fresh) {
      await pool.close();
      pool = new ParserPool({ size: 1, reuse: 200, ...LIMITS });
    }
    await pool.parse(job);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return rounded(RUNS / seconds, 1);
}

const rows: { document: string; warmPerSecond: number; freshPerSecond: number }[] = [];
for (const document of NAMES) {
  rows.push({
    document,
    warmPerSecond: await measure(document, false),
    freshPerSecond: await measure(document, true),
  });
}
console.table(rows);
