import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';

/** Where Go's own installer puts it, which is not on everybody's PATH. */
const USUAL_GO = '/usr/local/go/bin';

/** What to run `go` with, or null where there is none. */
export function goEnvironment(): NodeJS.ProcessEnv | null {
  const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}${delimiter}${USUAL_GO}` };
  return spawnSync('go', ['version'], { env: environment }).status === 0 ? environment : null;
}
