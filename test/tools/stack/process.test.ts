import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isAlive } from '../../../tools/stack/process-identity.ts';
import {
  forgetRecord,
  readLiving,
  readRecord,
  recordProcess,
  startProcess,
  stopProcess,
} from '../../../tools/stack/process.ts';
import { StackError } from '../../../tools/stack/stack-error.ts';
import { end, idleProcesses } from '../support/idle-process.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const startIdle = idleProcesses();
const newFolder = temporaryFolders();

describe('a recorded process', () => {
  it('is found again while it lives, and its record alone afterwards', async () => {
    const runDir = newFolder();
    const { child, identity } = await startIdle();
    const record = recordProcess(runDir, 'api', identity.pid, 'build-1');
    expect(record).toMatchObject({ ...identity, fingerprint: 'build-1' });
    expect(readLiving(runDir, 'api')).toEqual(record);
    await end(child);
    expect(readLiving(runDir, 'api')).toBeUndefined();
    expect(readRecord(runDir, 'api')).toEqual(record);
    forgetRecord(runDir, 'api');
    expect(readRecord(runDir, 'api')).toBeUndefined();
  });

  it('is not found through a record cut by a kill', () => {
    const runDir = newFolder();
    for (const content of ['', '{"pid": 12', '[]', `{"pid": ${process.pid}}`]) {
      writeFileSync(join(runDir, 'api.json'), content);
      expect(readLiving(runDir, 'api')).toBeUndefined();
    }
  });
});

describe('stopProcess', () => {
  it('ends a process that heeds the signal, and says that it went by itself', async () => {
    const { identity } = await startIdle();
    expect(await stopProcess(identity, 'SIGTERM', 5_000)).toBe(true);
    expect(isAlive(identity)).toBe(false);
  });

  it('kills a process that does not heed the signal in time', async () => {
    const { identity } = await startIdle();
    expect(await stopProcess(identity, 'SIGCONT', 100)).toBe(false);
    expect(isAlive(identity)).toBe(false);
  });

  it('sends nothing to a stranger who was given the pid', async () => {
    const { identity } = await startIdle();
    expect(await stopProcess({ pid: identity.pid, startTicks: '1' }, 'SIGKILL', 100)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAlive(identity)).toBe(true);
  });
});

describe('startProcess', () => {
  it('tells in words that a program cannot be run', () => {
    const folder = newFolder();
    const start = (): unknown =>
      startProcess(
        { runDir: folder, logsDir: folder },
        {
          name: 'api',
          command: join(folder, 'missing'),
          args: [],
          environment: {},
          workingDir: folder,
          fingerprint: 'build-1',
        },
      );
    expect(start).toThrow(StackError);
    expect(readRecord(folder, 'api')).toBeUndefined();
  });
});
