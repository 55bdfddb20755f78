import { spawnSync } from 'node:child_process';

import { readText } from './files.ts';

/**
 * A pid alone names whoever holds it now. With the moment that process began it names one process for ever,
 * so a pid that the system has given to somebody else is neither taken for ours nor killed.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Linux: field 22 of /proc/<pid>/stat, clock ticks since boot. Elsewhere: what `ps -o lstart=` prints. */
  readonly startTicks: string;
}

/** A zombie has exited and only waits to be reaped: without an init process it may wait for ever. */
const ZOMBIE = 'Z';

/** The second field, the program's name, may itself hold spaces and brackets: fields are counted after its last one. */
export function parseLinuxStat(stat: string): { state: string; startTicks: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[22 - 3]];
  return state && startTicks ? { state, startTicks } : undefined;
}

/** `ps -o stat= -o lstart=`, for systems without /proc. */
export function parsePsLine(line: string): { state: string; startTicks: string } | undefined {
  const match = /^(\S+)\s+(\S.*)$/.exec(line.trim());
  return match?.[1] && match[2] ? { state: match[1], startTicks: match[2] } : undefined;
}

function lookUp(pid: number): { state: string; startTicks: string } | undefined {
  if (process.platform === 'linux') return parseLinuxStat(readText(`/proc/${pid}/stat`) ?? '');
  const command = spawnSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    // Month and day names follow the locale otherwise.
    env: { ...process.env, LC_ALL: 'C' },
  });
  return parsePsLine(command.stdout);
}

/** Undefined where no such process lives. */
export function identify(pid: number): ProcessIdentity | undefined {
  const found = lookUp(pid);
  return found && !found.state.startsWith(ZOMBIE) ? { pid, startTicks: found.startTicks } : undefined;
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks;
}

/** The arguments a process was started with, or undefined where no such process lives. */
export function commandLine(pid: number): string | undefined {
  if (!identify(pid)) return undefined;
  if (process.platform === 'linux') return readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ');
  return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
}
