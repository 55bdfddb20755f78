import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface DevServer {
  address: string;
  namespace: string;
  stop(): Promise<void>;
}

/** A real Temporal server as the local stack runs it, with ports and data of its own. */
export async function startDevServer(): Promise<DevServer> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-temporal-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run-dev-server.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...(JSON.parse(line) as { address: string; namespace: string }), stop };
  }
  await stop();
  throw new Error('the Temporal server did not start');
}
