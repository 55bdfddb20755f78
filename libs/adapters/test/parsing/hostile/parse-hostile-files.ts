import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { DocketError } from '@docket/domain/errors';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import type { HostileFile } from '../../../../../test/support/hostile/hostile-file.ts';
import { hostileFiles } from '../../../../../test/support/hostile/hostile-files.ts';

/** The worker's own limits, so that each file ends here as it would there. */
const LIMITS = { cpuMs: 10_000, heapMb: 512, maxOutputBytes: 200 * 1_048_576 };
const OPTIONS = {
  language: 'auto',
  hashedVectorsUpTo: 0,
  maxTextCharacters: 20 * 1_048_576,
  maxChunks: 5_000,
};

export interface HostileReport {
  readonly files: number;
  /** Files that ended untyped, or other than they have to. */
  readonly wrong: readonly string[];
  readonly connections: number;
  readonly leftBehind: boolean;
  /** The title of the good file that was parsed behind all of them. */
  readonly nextGoodFile: string | null;
}

/** Parses the hostile files that are chosen, in a pool of two, while a listener waits for connections that must not come. */
export async function parseHostileFiles(choose: (file: HostileFile) => boolean): Promise<HostileReport> {
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const pool = new ParserPool({ size: 2, reuse: 200, ...LIMITS });
  const files = hostileFiles((listener.address() as AddressInfo).port).filter(choose);
  const waiting = [...files];
  const wrong: string[] = [];
  const takeTurns = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const problem = await problemOf(pool, file);
      if (problem !== null) wrong.push(`${file.name}: ${problem}`);
    }
  };
  try {
    await Promise.all([takeTurns(), takeTurns()]);
    const good = await pool.parse(
      jobOf(Buffer.from('# Good\n\nThe next good file is read.'), 'text/markdown'),
    );
    const leftBehind = existsSync('/tmp/docket-hostile');
    return { files: files.length, wrong, connections, leftBehind, nextGoodFile: good.title };
  } finally {
    await pool.close();
    listener.close();
  }
}

async function problemOf(pool: ParserPool, file: HostileFile): Promise<string | null> {
  const outcome = await pool.parse(jobOf(file.bytes, file.mediaType)).then(
    () => 'parsed',
    (error: unknown) => (error instanceof DocketError ? error.code : `untyped: ${String(error)}`),
  );
  if (outcome.startsWith('untyped')) return outcome;
  if (file.ends === 'by a limit')
    return /^document\.parse_(?:timeout|memory)$/u.test(outcome) ? null : outcome;
  return file.ends === 'any' || (outcome === 'parsed') === (file.ends === 'parsed') ? null : outcome;
}

function jobOf(bytes: Uint8Array, mediaType: string) {
  return { source: { bytes }, declared: { mediaType, fileName: 'file' }, options: OPTIONS };
}
