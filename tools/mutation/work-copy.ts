import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Read by Jest wherever it finds them, and meant for whole runs. */
const LEFT_OUT = new Set(['jest.config.ts', 'jest.full.config.ts']);

/**
 * A copy of the sources with the packages beside it by links, so that changes are made where nobody works. The
 * workspaces' own packages link into the copy: linked to the original, what was changed would never be run.
 */
export function makeWorkCopy(repo: string, stryker: string, work: string): void {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: repo,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0')) {
    if (file === '' || LEFT_OUT.has(file)) continue;
    mkdirSync(dirname(join(work, file)), { recursive: true });
    cpSync(join(repo, file), join(work, file), { force: true });
  }
  linkPackages(join(repo, 'node_modules'), join(work, 'node_modules'), (name) => name !== '@docket');
  linkPackages(
    join(stryker, 'node_modules'),
    join(work, 'node_modules'),
    (name) => name === '@stryker-mutator',
  );
  const own = join(work, 'node_modules/@docket');
  mkdirSync(own);
  for (const kind of ['libs', 'apps'])
    for (const name of readdirSync(join(work, kind))) symlinkSync(join(work, kind, name), join(own, name));
}

function linkPackages(from: string, to: string, isWanted: (name: string) => boolean): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (isWanted(name)) symlinkSync(join(from, name), join(to, name));
}
