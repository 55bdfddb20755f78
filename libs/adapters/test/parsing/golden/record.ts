import { mkdir, writeFile } from 'node:fs/promises';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { documentNames, PASSAGES, passagesOf } from './golden-passages.ts';

// Records what every document becomes now. Read the differences before you commit them: they are what users will find.
const pool = new ParserPool({
  size: 2,
  cpuMs: 30_000,
  heapMb: 512,
  maxOutputBytes: 20_000_000,
  reuse: 200,
});
await mkdir(PASSAGES, { recursive: true });
for (const name of await documentNames())
  await writeFile(`${PASSAGES}${name}.json`, await passagesOf(pool, name));
await pool.close();
