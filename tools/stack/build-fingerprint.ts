import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The latest change of any file below the folders, in milliseconds; 0 when there are none. */
export function newestChange(folders: readonly string[]): number {
  const times = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return times.reduce((newest, time) => Math.max(newest, time), 0);
}

/** The built code an application runs from: its own and that of every library. */
export function distFolders(repo: string, app: string): string[] {
  const libraries = join(repo, 'libs');
  const names = existsSync(libraries) ? readdirSync(libraries) : [];
  return [join(repo, 'apps', app, 'dist'), ...names.map((name) => join(libraries, name, 'dist'))];
}

/**
 * Changes when an application has to be restarted: another build, or another value of a variable it
 * reads. The rest of the environment differs from shell to shell and says nothing.
 */
export function appFingerprint(
  environment: NodeJS.ProcessEnv,
  variables: readonly string[],
  builtAt: number,
): string {
  const values = [...new Set(variables)].sort().map((name) => [name, environment[name] ?? null]);
  return createHash('sha256')
    .update(JSON.stringify([values, builtAt]))
    .digest('hex');
}
