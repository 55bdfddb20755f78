import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server that a script of this folder runs for us, and where it says it is. */
export interface ChildServer<Place> {
  place: Place;
  /** Stops it and removes its data. */
  stop: () => Promise<void>;
}

/**
 * Runs a script that starts a real server with data in the folder it is given, says where that is as a line of JSON, and
 * ends it when its own input is closed: so that no server outlives the tests, however they end.
 */
export async function startChildServer<Place>(name: string, script: string): Promise<ChildServer<Place>> {
  const folder = mkdtempSync(join(tmpdir(), `docket-${name}-`));
  const child = spawn(process.execPath, [join(import.meta.dirname, script), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    return { place: JSON.parse(line) as Place, stop };
  }
  await stop();
  throw new Error(`the ${name} server did not start: see what it said above`);
}
