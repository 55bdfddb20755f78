import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { DocumentAnswer } from '../../tools/client/docket-client.ts';
import type { HostileFile } from '../support/hostile/hostile-file.ts';
import { hostileFiles } from '../support/hostile/hostile-files.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { waitUntil } from '../../tools/stack/wait.ts';

/*
 * Every hostile file through the API into a real worker. Those marked `by a limit` are what the child's limits are for: with
 * the limits taken out each of them goes on, and this suite is red. How that was tried is in decision 0007.
 */

/** As many as the worker parses at once, and one that is on its way. */
const AT_ONCE = 3;
/** A file that is killed takes its 10 s of processor time; the rest is for a machine with other work. */
const PATIENCE_MS = 150_000;

const FILE_NAMES: Readonly<Record<string, string>> = {
  'text/markdown': 'file.md',
  'text/plain': 'file.txt',
  'text/html': 'file.html',
  'application/pdf': 'file.pdf',
};

/** How a file may end, by its state or by the code it was rejected with. */
const ENDS: Readonly<Record<HostileFile['ends'], RegExp>> = {
  parsed: /^indexed$/u,
  refused: /^(?:document|upload)\./u,
  any: /^indexed$|^(?:document|upload)\./u,
  'by a limit': /^document\.parse_(?:timeout|memory)$/u,
};

describe('hostile files', () => {
  let on: EndToEnd;
  let listener: Server;
  let connections = 0;
  beforeAll(async () => {
    listener = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    on = await EndToEnd.open(devServer);
  }, 120_000);
  afterAll(async () => {
    await on.close();
    listener.close();
  }, 60_000);

  it('each end typed, leave the worker alive, reach nothing outside, and the next good file is found', async () => {
    const files = hostileFiles((listener.address() as AddressInfo).port);
    expect(files.length).toBeGreaterThanOrEqual(120);
    const { pid } = on.worker;
    const wrong: string[] = [];
    const waiting = [...files];
    const takeTurns = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const problem = await problemOf(file);
        if (problem !== null) wrong.push(`${file.name}: ${problem}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
    expect({ wrong, connections }).toEqual({ wrong: [], connections: 0 });
    expect(on.worker.isRunning && on.worker.pid).toBe(pid);
    expect(existsSync('/tmp/docket-hostile')).toBe(false);
    await expectTheNextGoodFileIsFound();
  }, 900_000);

  async function problemOf(file: HostileFile): Promise<string | null> {
    if (file.bytes.length === 0) return null;
    const { documentId, upload, state } = await on.docket.upload({
      fileName: FILE_NAMES[file.mediaType] ?? 'file',
      mediaType: file.mediaType,
      bytes: file.bytes,
      externalKey: file.name,
    });
    // Bytes that are known already, as two files made alike are.
    if (upload === null) return state === 'indexed' ? null : state;
    return problemWith(file.ends, await on.docket.untilEnded(documentId, PATIENCE_MS));
  }

  async function expectTheNextGoodFileIsFound(): Promise<void> {
    const text = '# Good\n\nThe sundial beside the greenhouse is read at noon.';
    const { documentId } = await on.docket.upload({
      fileName: 'good.md',
      mediaType: 'text/markdown',
      bytes: Buffer.from(text),
    });
    expect(await on.docket.untilEnded(documentId, PATIENCE_MS)).toMatchObject({ state: 'indexed' });
    const found = async (): Promise<boolean> =>
      (await on.docket.search('sundial greenhouse')).hits[0]?.documentId === documentId;
    expect(await waitUntil(found, { timeoutMs: 10_000, everyMs: 100 })).toBe(true);
  }
});

/** Why this is not how the file has to end; null when it is. */
function problemWith(ends: HostileFile['ends'], { state, error }: DocumentAnswer): string | null {
  const outcome = state === 'rejected' ? (error?.code ?? 'rejected without a code') : state;
  return ENDS[ends].test(outcome) ? null : outcome;
}
