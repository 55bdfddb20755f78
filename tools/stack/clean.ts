import { readdirSync, rmdirSync, rmSync } from 'node:fs';

import { stackHome, type StackHome } from './home.ts';
import { outsideFolder } from './postgres-place.ts';
import { runCommandLine } from './stack-error.ts';
import { withStackLock } from './stack-lock.ts';
import { stopServices } from './stop.ts';

/**
 * Stops the stack and removes its data, logs and addresses. The secrets stay, unless everything goes:
 * keys in a database of the caller's own are worth nothing without the pepper. Removes what it knows by
 * name only, because DOCKET_HOME may be a folder with other things in it.
 */
export async function clean(home: StackHome, everything: boolean): Promise<void> {
  await withStackLock(home, async () => {
    await stopServices(home);
    const outside = outsideFolder(home);
    const removed = [home.runDir, home.dataDir, home.logsDir, home.localEnvFile, home.postgresPlaceFile];
    if (outside !== undefined) removed.unshift(outside);
    if (everything) removed.push(home.toolsDir, home.secretsFile);
    for (const path of removed) rmSync(path, { recursive: true, force: true });
  });
  if (everything && readdirSync(home.root).length === 0) rmdirSync(home.root);
}

async function main(): Promise<void> {
  const everything = process.argv.includes('--all');
  const home = stackHome();
  await clean(home, everything);
  console.log(`removed ${everything ? 'everything' : 'data, logs and addresses'} of ${home.root}`);
}

if (import.meta.main) await runCommandLine(main);
