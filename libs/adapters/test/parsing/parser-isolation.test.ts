import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';

const prying = fileURLToPath(new URL('./fixtures/prying-child.mjs', import.meta.url));
const folder = fileURLToPath(new URL('./fixtures', import.meta.url));

it('a parser child reaches no network, no file outside, no process, no environment, and makes no code', async () => {
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const pool = new ParserPool({
    size: 1,
    cpuMs: 10_000,
    heapMb: 256,
    maxOutputBytes: 1_000_000,
    reuse: 1,
    childEntry: prying,
    readableFolders: [folder],
  });
  const { metadata } = await pool.parse({
    source: { bytes: Buffer.from(String(port)) },
    declared: { mediaType: 'text/plain', fileName: 'port' },
    options: { language: 'auto', hashedVectorsUpTo: 0, maxTextCharacters: 1, maxChunks: 1 },
  });
  await pool.close();
  listener.close();
  const { environment, ...attempts } = metadata;
  expect(environment).toBe('');
  expect(Object.keys(attempts)).toHaveLength(13);
  expect(new Set(Object.values(attempts))).toEqual(new Set(['refused']));
  expect(connections).toBe(0);
});
