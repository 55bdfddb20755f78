import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from '@jest/globals';
import { identify, type ProcessIdentity } from '../../../tools/stack/process-identity.ts';

export interface IdleProcess {
  readonly child: ChildProcess;
  readonly identity: ProcessIdentity;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Processes that do nothing until they are told to end, at the latest after the test. Call at the top of a file. */
export function idleProcesses(): () => Promise<IdleProcess> {
  const started: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of started.splice(0)) await end(child);
  });
  return async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore', detached: true });
    started.push(child);
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    if (!identity) throw new Error('a process that was just started has no identity');
    return { child, identity };
  };
}
