import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readText, writeAtomically } from './files.ts';
import { commandLine } from './process-identity.ts';
import { readLiving, recordProcess } from './process.ts';
import { serverUser } from './server-user.ts';
import { StackError } from './stack-error.ts';

/** Nothing of the caller's PGDATA, PGPORT or locale. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}

/** Made beside its place and renamed into it: a kill leaves no half database that looks like a whole one. */
export function createCluster(binDir: string, dataDir: string, superuserPassword: string): void {
  const user = serverUser();
  const fresh = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
  if (user) for (const path of [fresh, passwordFile]) chownSync(path, user.uid, user.gid);
  // The builtin provider sorts the same on every system and after every upgrade of one.
  const args = ['-D', fresh, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  const result = spawnSync(join(binDir, 'initdb'), args, {
    cwd: fresh,
    env: serverEnvironment(),
    encoding: 'utf8',
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  rmSync(passwordFile);
  if (result.status !== 0) {
    const reason = (result.stderr || result.error?.message || '').trim();
    throw new StackError(
      `initdb could not create ${dataDir}:\n${reason}`,
      'correct that, then `make up` again.',
    );
  }
  renameSync(fresh, dataDir);
}

/** Above every system's limit, below that of the type. */
const IMPOSSIBLE_PID = 2 ** 31 - 2;

/**
 * Settles what postmaster.pid claims when we hold no living record. A server on this folder whose record
 * was lost becomes ours. Otherwise the pid in it is dead, or belongs to another program by now, or is a
 * zombie that no init reaps; Postgres would take the last two for a running server and refuse to start.
 * The file stays, with a pid that cannot be: Postgres then goes on to look, by the rest of it, whether
 * old backends still hold the shared memory, which only it can tell.
 */
export function settleServerLock(runDir: string, dataDir: string): void {
  if (readLiving(runDir, 'postgres')) return;
  const lockFile = join(dataDir, 'postmaster.pid');
  const lock = readText(lockFile);
  if (lock === undefined) return;
  const pid = Number.parseInt(lock, 10);
  if (commandLine(pid)?.includes(dataDir)) recordProcess(runDir, 'postgres', pid, 'adopted');
  else writeAtomically(lockFile, lock.replace(/^\d+/, String(IMPOSSIBLE_PID)));
}
