import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { clean } from '../stack/clean.ts';
import { stackHome } from '../stack/home.ts';
import { up, type LocalStack } from '../stack/up.ts';

/**
 * Runs `work` on a stack with a home of its own, beside the caller's, and leaves nothing of it: the profile that is measured
 * becomes the active one of a whole installation.
 *
 * @param variables of API and worker, over those of the caller
 */
export async function onOwnStack(
  variables: Record<string, string>,
  work: (stack: LocalStack) => Promise<void>,
): Promise<void> {
  const main = stackHome();
  mkdirSync(main.root, { recursive: true });
  const root = mkdtempSync(join(main.root, 'bench-'));
  const home = stackHome({ DOCKET_HOME: root });
  symlinkSync(main.toolsDir, home.toolsDir);
  // Servers of the caller's own are not measured.
  const none = { DATABASE_URL: '', DATABASE_ADMIN_URL: '', TEMPORAL_ADDRESS: '', STORAGE_URL: '' };
  Object.assign(process.env, none, variables, { DOCKET_HOME: root });
  try {
    await work(await up(() => undefined));
  } finally {
    await clean(home, false);
    rmSync(root, { recursive: true, force: true });
  }
}
