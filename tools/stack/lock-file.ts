import { linkSync, renameSync, rmSync } from 'node:fs';

import { hasCode, readFields, writeJson } from './files.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * A lock that names its holder and dies with it: Node has no flock, and a file that only exists would
 * outlive a kill. Not re-entrant.
 */
export function tryLock(path: string): boolean {
  removeStale(path);
  const prepared = `${path}.${process.pid}`;
  writeJson(prepared, identify(process.pid));
  try {
    return linkInto(path, prepared);
  } finally {
    rmSync(prepared);
  }
}

export function unlock(path: string): void {
  rmSync(path, { force: true });
}

export function lockHolder(path: string): ProcessIdentity | undefined {
  const { pid, startTicks } = readFields(path) ?? {};
  return typeof pid === 'number' && typeof startTicks === 'string' ? { pid, startTicks } : undefined;
}

/** A hard link appears whole or not at all: nobody ever reads a lock without its holder's name. */
function linkInto(path: string, prepared: string): boolean {
  try {
    linkSync(prepared, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Renaming succeeds for one of all who saw the dead holder; whoever moved a living one's lock puts it back. */
function removeStale(path: string): void {
  const holder = lockHolder(path);
  if (holder && isAlive(holder)) return;
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = lockHolder(aside);
  if (moved && isAlive(moved)) linkInto(path, aside);
  rmSync(aside, { force: true });
}
