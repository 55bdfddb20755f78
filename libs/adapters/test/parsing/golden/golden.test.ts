import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { documentNames, PASSAGES, passagesOf } from './golden-passages.ts';

let pool: ParserPool;

beforeAll(() => {
  pool = new ParserPool({ size: 2, cpuMs: 30_000, heapMb: 512, maxOutputBytes: 20_000_000, reuse: 200 });
});

afterAll(() => pool.close());

it('each of 30 and more documents of real tools becomes the passages that were recorded, byte for byte', async () => {
  const names = await documentNames();
  expect(names.length).toBeGreaterThanOrEqual(30);
  const changed: string[] = [];
  await Promise.all(
    names.map(async (name) => {
      const recorded = await readFile(`${PASSAGES}${name}.json`, 'utf8');
      if ((await passagesOf(pool, name)) !== recorded) changed.push(name);
    }),
  );
  expect(changed).toEqual([]);
}, 120_000);
