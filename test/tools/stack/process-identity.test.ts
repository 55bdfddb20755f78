import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import {
  commandLine,
  identify,
  isAlive,
  parseLinuxStat,
  parsePsLine,
} from '../../../tools/stack/process-identity.ts';
import { waitUntil } from '../../../tools/stack/wait.ts';
import { end, idleProcesses } from '../support/idle-process.ts';

const startIdle = idleProcesses();

/** proc(5), with the field's own number for each field from the fourth to the 52nd, except that the 22nd is given. */
function statOf(name: string, state: string, startTicks: string): string {
  const rest = Array.from({ length: 49 }, (_, index) => (index + 4 === 22 ? startTicks : `${index + 4}`));
  return `4242 (${name}) ${state} ${rest.join(' ')}\n`;
}

describe('parseLinuxStat', () => {
  it.each(['node', 'tmux: server', '(sd-pam)', 'a) S 1 2 (b', ') Z 7', ''])(
    'finds state and start of a process named "%s"',
    (name) => {
      expect(parseLinuxStat(statOf(name, 'S', '987654'))).toEqual({ state: 'S', startTicks: '987654' });
    },
  );

  it('finds nothing in an empty or a cut text', () => {
    expect(parseLinuxStat('')).toBeUndefined();
    expect(parseLinuxStat('4242 (node) S 1 2 3')).toBeUndefined();
  });
});

describe('parsePsLine', () => {
  it('takes the first word for the state and all the rest for the start', () => {
    const parsed = { state: 'Ss+', startTicks: 'Mon Mar  2 09:08:07 2026' };
    expect(parsePsLine('Ss+  Mon Mar  2 09:08:07 2026    \n')).toEqual(parsed);
    expect(parsePsLine('  Ss+ Mon Mar  2 09:08:07 2026')).toEqual(parsed);
  });

  it('finds nothing where ps printed nothing, or a state alone', () => {
    expect(parsePsLine('\n')).toBeUndefined();
    expect(parsePsLine('Z\n')).toBeUndefined();
  });
});

describe('a process', () => {
  it('keeps its identity while it lives and loses it with its end', async () => {
    const { child, identity } = await startIdle();
    expect(identify(identity.pid)).toEqual(identity);
    expect(isAlive(identity)).toBe(true);
    await end(child);
    expect(identify(identity.pid)).toBeUndefined();
    expect(isAlive(identity)).toBe(false);
  });

  it('is not ours when its pid was ours before: a recycled pid is somebody else', async () => {
    const { identity } = await startIdle();
    expect(isAlive({ pid: identity.pid, startTicks: `${identity.startTicks}0` })).toBe(false);
  });

  it('is dead once it is a zombie', async () => {
    // The program that replaces the shell never asks for the end of the child that it inherits.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString('utf8'));
      const gone = (): boolean => identify(pid) === undefined;
      expect(await waitUntil(gone, { timeoutMs: 3_000, everyMs: 20 })).toBe(true);
      // Still in the table: a signal to it is no error.
      expect(process.kill(pid, 0)).toBe(true);
    } finally {
      await end(parent);
    }
  });

  it('tells the arguments it was started with', async () => {
    const { child, identity } = await startIdle();
    expect(commandLine(identity.pid)?.trim()).toBe('sleep 60');
    await end(child);
    expect(commandLine(identity.pid)).toBeUndefined();
  });
});
