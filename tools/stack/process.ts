import { spawn } from 'node:child_process';
import { closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { hasCode, readFields, writeJson } from './files.ts';
import { openLog } from './log-file.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import type { ServerUser } from './server-user.ts';
import { StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

export interface ProcessRecord extends ProcessIdentity {
  readonly startedAt: string;
  /** Of what was started: a different one today means a restart. */
  readonly fingerprint: string;
}

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDir: string;
  readonly user?: ServerUser | undefined;
  readonly fingerprint: string;
}

/** Where records and logs of processes go. */
export interface ProcessFolders {
  readonly runDir: string;
  readonly logsDir: string;
}

function recordFile(runDir: string, name: string): string {
  return join(runDir, `${name}.json`);
}

export function logFile(logsDir: string, name: string): string {
  return join(logsDir, `${name}.log`);
}

export function readRecord(runDir: string, name: string): ProcessRecord | undefined {
  const fields = readFields(recordFile(runDir, name));
  const { pid, startTicks, startedAt, fingerprint } = fields ?? {};
  if (typeof pid !== 'number' || typeof startTicks !== 'string') return undefined;
  return { pid, startTicks, startedAt: String(startedAt), fingerprint: String(fingerprint) };
}

export function readLiving(runDir: string, name: string): ProcessRecord | undefined {
  const record = readRecord(runDir, name);
  return record && isAlive(record) ? record : undefined;
}

export function forgetRecord(runDir: string, name: string): void {
  rmSync(recordFile(runDir, name), { force: true });
}

/** Takes a process as ours: one just started, or one found whose record was lost. */
export function recordProcess(
  runDir: string,
  name: string,
  pid: number,
  fingerprint: string,
): ProcessRecord | undefined {
  const identity = identify(pid);
  if (!identity) return undefined;
  const record: ProcessRecord = { ...identity, startedAt: new Date().toISOString(), fingerprint };
  writeJson(recordFile(runDir, name), record);
  return record;
}

/** Starts a process that outlives this one, its output appended to its log. Undefined when it was gone at once. */
export function startProcess(folders: ProcessFolders, spec: ProcessSpec): ProcessRecord | undefined {
  const output = openLog(logFile(folders.logsDir, spec.name));
  const child = spawn(spec.command, spec.args, {
    cwd: spec.workingDir,
    env: spec.environment,
    // A session of its own: Ctrl-C in the terminal that ran `make up` stops nothing.
    detached: true,
    stdio: ['ignore', output, output],
    ...(spec.user && { uid: spec.user.uid, gid: spec.user.gid }),
  });
  closeSync(output);
  let refusal: Error | undefined;
  // Without a listener a program that cannot be run would end this process too.
  child.on('error', (error) => (refusal = error));
  child.unref();
  if (child.pid === undefined) {
    throw new StackError(
      `${spec.name}: cannot run ${spec.command}${refusal ? ` (${refusal.message})` : ''}.`,
      'run `python3 tools/bootstrap.py`, then `make doctor`.',
    );
  }
  return recordProcess(folders.runDir, spec.name, child.pid, spec.fingerprint);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone between the look and the signal: what was wanted.
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Asks, waits, then kills the whole session. True when it went by itself. */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<boolean> {
  const gone = (): boolean => !isAlive(identity);
  if (gone()) return true;
  send(identity.pid, signal);
  if (await waitUntil(gone, { timeoutMs: graceMs, everyMs: 50 })) return true;
  // Negative: its children too, which would otherwise hold ports and files.
  send(-identity.pid, 'SIGKILL');
  await waitUntil(gone, { timeoutMs: 5_000, everyMs: 50 });
  return false;
}
