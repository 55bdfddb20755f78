import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface BareApi {
  url: string;
  stop(): Promise<void>;
}

/** A Nest application of one route that reads one row, in a process of its own as the API is. */
export async function runBareApi(databaseUrl: string): Promise<BareApi> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-api.ts')], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = await Promise.race([
    firstLine(child.stdout),
    ended.then(() => Promise.reject(new Error('the bare API ended before it listened'))),
  ]);
  return {
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function firstLine(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface(output).once('line', resolve);
  });
}
