import { readFile, readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ParserPool } from '@docket/adapters/parsing/parser-pool';

const DOCUMENTS = fileURLToPath(new URL('./documents/', import.meta.url));
export const PASSAGES = fileURLToPath(new URL('./passages/', import.meta.url));

/** The names of the documents that real tools made, in order. */
export async function documentNames(): Promise<string[]> {
  return (await readdir(DOCUMENTS)).sort();
}

/** Everything that is made of a document, as it is recorded: without times, and without weights, which are the analyser's. */
export async function passagesOf(pool: ParserPool, name: string): Promise<string> {
  const { kind, title, language, pageCount, metadata, chunks } = await pool.parse({
    source: { bytes: await readFile(DOCUMENTS + name) },
    declared: { mediaType: extname(name) === '' ? 'text/plain' : '', fileName: name },
    options: { language: 'auto', hashedVectorsUpTo: 0, maxTextCharacters: 1_000_000, maxChunks: 1_000 },
  });
  const passages = chunks.map(({ sectionPath, page, charStart, charEnd, text }) => ({
    sectionPath,
    page,
    range: `${charStart}-${charEnd}`,
    lines: text.split('\n'),
  }));
  return `${JSON.stringify({ kind, title, language, pageCount, metadata, passages }, null, 2)}\n`;
}
