import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConfig } from '../config/build.js';
import { loadConfig } from '../config/load.js';

/** The repository, or what an image has in its place: the folder of `libs` and `apps`. */
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const COMMIT_LENGTH = 12;
const CONTENT_LENGTH = 8;

/** What is built and named: an application with every library. */
export type BuiltApp = 'api' | 'worker';

/** The name that this build of the application was given when it was made. */
export function readBuildId(app: BuiltApp): string {
  return readFileSync(buildIdPath(app), 'utf8').trim();
}

/**
 * Names the build that was just compiled, and keeps the name beside it: by its commit, with a hash of the compiled files
 * when there is more in it than the commit has, or by that hash alone where no commit is known. Two builds that differ
 * never share a name: runs are pinned by it.
 */
export function writeBuildId(app: BuiltApp): string {
  const id = buildIdOf(loadConfig(buildConfig).BUILD_COMMIT ?? null, contentHash(app));
  writeFileSync(buildIdPath(app), `${id}\n`);
  return id;
}

function buildIdOf(givenCommit: string | null, content: string): string {
  if (givenCommit !== null) return givenCommit.slice(0, COMMIT_LENGTH);
  const commit = git('rev-parse', `--short=${COMMIT_LENGTH}`, 'HEAD');
  if (commit === null) return content.slice(0, COMMIT_LENGTH);
  const isClean = git('status', '--porcelain', '--', 'apps', 'libs', 'package-lock.json') === '';
  return isClean ? commit : `${commit}-${content.slice(0, CONTENT_LENGTH)}`;
}

/** Null outside a repository, or without git: an image is built without either. */
function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

function buildIdPath(app: BuiltApp): string {
  return join(ROOT, 'apps', app, 'dist/build-id');
}

/** SHA-256 over the paths and bytes of everything the application runs from. */
function contentHash(app: BuiltApp): string {
  const hash = createHash('sha256');
  const libraries = readdirSync(join(ROOT, 'libs')).map((name) => join(ROOT, 'libs', name, 'dist'));
  for (const folder of [...libraries, join(ROOT, 'apps', app, 'dist')].sort()) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!file.endsWith('.js')) continue;
      const path = join(folder, file);
      hash
        .update(`${relative(ROOT, path)}\0`)
        .update(readFileSync(path))
        .update('\0');
    }
  }
  return hash.digest('hex');
}
