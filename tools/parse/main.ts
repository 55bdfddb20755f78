import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DocketError } from '@docket/domain/errors';
import type { ParsedContent } from '@docket/adapters/parsing/parse-job';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';

/** The worker's own limits (see docs/configuration.md), so that a file ends here as it would there. */
const LIMITS = { cpuMs: 10_000, heapMb: 512, maxOutputBytes: 200 * 1_048_576 };
const OPTIONS = {
  language: 'auto',
  hashedVectorsUpTo: 0,
  maxTextCharacters: 20 * 1_048_576,
  maxChunks: 5_000,
};

const [path, mediaType = 'application/octet-stream'] = process.argv.slice(2);
if (path === undefined) {
  console.error(
    'Usage: make parse FILE=path/to/file [TYPE=media/type]; without a type the extension decides.',
  );
  process.exit(2);
}
const pool = new ParserPool({ size: 1, reuse: 1, ...LIMITS });
const startedAt = performance.now();
try {
  const content = await pool.parse({
    source: { bytes: await readFile(path) },
    declared: { mediaType, fileName: basename(path) },
    options: OPTIONS,
  });
  print(content);
  console.log(
    `\nParsed in ${Math.round(performance.now() - startedAt)} ms, the start of its child included.`,
  );
} catch (error) {
  if (!(error instanceof DocketError)) throw error;
  console.log(`${error.code}: ${error.message}`);
  if (error.cause instanceof Error) console.log(`  because: ${error.cause.message}`);
  process.exitCode = 1;
} finally {
  await pool.close();
}

function print({ kind, title, metadata, language, pageCount, text, chunks, timings }: ParsedContent): void {
  const facts = {
    kind,
    title,
    language,
    pageCount,
    metadata,
    characters: text.length,
    passages: chunks.length,
    parseMs: Math.round(timings.parseMs),
    chunkMs: Math.round(timings.chunkMs),
  };
  for (const [name, value] of Object.entries(facts))
    console.log(`${name.padEnd(11)}${JSON.stringify(value)}`);
  for (const { sectionPath, page, charStart, charEnd, tokenCount, text: passage } of chunks) {
    const place = [
      ...(page === null ? [] : [`page ${page}`]),
      `${charStart}-${charEnd}`,
      `${tokenCount} tokens`,
    ];
    console.log(`\n--- ${sectionPath.join(' > ') || '(no section)'}  [${place.join(', ')}]`);
    console.log(passage);
  }
}
