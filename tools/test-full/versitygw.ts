import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StackHome } from '../stack/home.ts';
import { goEnvironment } from './go.ts';

/** The S3 server of the tests: a gateway written in Go that keeps objects as files. */
export const VERSITYGW_VERSION = '1.7.0';
const MODULE = `github.com/versity/versitygw/cmd/versitygw@v${VERSITYGW_VERSION}`;

/**
 * The S3 server to test with, or null when there is none yet. One on PATH is not taken: built by `go install`, it does
 * not know its own version.
 */
export function findVersitygw(home: StackHome, environment: NodeJS.ProcessEnv = process.env): string | null {
  const chosen = environment['DOCKET_VERSITYGW'];
  const program = chosen || join(versitygwFolder(home), 'versitygw');
  return existsSync(program) ? program : null;
}

/** Builds the pinned server once, with Go's own cache; says why it cannot when it cannot. */
export function provideVersitygw(home: StackHome): string | null {
  if (findVersitygw(home)) return null;
  const environment = goEnvironment();
  if (environment === null) {
    return `it needs versitygw ${VERSITYGW_VERSION}, which is built with Go. Install Go, or name the program in DOCKET_VERSITYGW.`;
  }
  console.log(`test-full: building versitygw ${VERSITYGW_VERSION}, once; it takes a minute or more`);
  const folder = versitygwFolder(home);
  mkdirSync(folder, { recursive: true });
  const built = spawnSync('go', ['install', MODULE], {
    env: { ...environment, GOBIN: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.status === 0) return null;
  // Go is there, so this machine is meant to run everything: not a matter to pass over.
  throw new Error(`versitygw ${VERSITYGW_VERSION} could not be built, see above`);
}

/** The version in its name makes a moved pin another folder. */
function versitygwFolder(home: StackHome): string {
  return join(home.toolsDir, `versitygw-${VERSITYGW_VERSION}`);
}
