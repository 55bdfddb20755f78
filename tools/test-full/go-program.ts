import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { StackHome } from '../stack/home.ts';

/** A program of the tests that is built with Go, at a pinned version. */
export interface GoProgram {
  name: string;
  version: string;
  /** What `go install` is told, without the version. */
  module: string;
  /** The module's own version, where it counts otherwise. */
  moduleVersion?: string;
  /** Names a program to use instead. */
  variable: string;
}

/** Where Go's own installer puts it, which is not on everybody's PATH. */
const USUAL_GO = '/usr/local/go/bin';

/** The program to test with, or null when there is none yet. One on PATH is not taken: its version is anybody's guess. */
export function findGoProgram(
  program: GoProgram,
  home: StackHome,
  environment: NodeJS.ProcessEnv = process.env,
): string | null {
  const path = environment[program.variable] || join(folderOf(program, home), program.name);
  return existsSync(path) ? path : null;
}

/** Builds the pinned program once, with Go's own cache; says why it cannot when it cannot. */
export function provideGoProgram(program: GoProgram, home: StackHome): string | null {
  if (findGoProgram(program, home)) return null;
  const { name, version, module, moduleVersion = version, variable } = program;
  const path = `${process.env['PATH'] ?? ''}${delimiter}${USUAL_GO}`;
  const environment = { ...process.env, PATH: path };
  if (spawnSync('go', ['version'], { env: environment }).status !== 0) {
    return `it needs ${name} ${version}, which is built with Go. Install Go, or name the program in ${variable}.`;
  }
  console.log(`test-full: building ${name} ${version}, once; it takes a minute or more`);
  const folder = folderOf(program, home);
  mkdirSync(folder, { recursive: true });
  const built = spawnSync('go', ['install', `${module}@v${moduleVersion}`], {
    env: { ...environment, GOBIN: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.status === 0) return null;
  // Go is there, so this machine is meant to run everything: not a matter to pass over.
  throw new Error(`${name} ${version} could not be built, see above`);
}

/** The version in its name makes a moved pin another folder. */
function folderOf({ name, version }: GoProgram, home: StackHome): string {
  return join(home.toolsDir, `${name}-${version}`);
}
