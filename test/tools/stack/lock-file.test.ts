import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lockHolder, tryLock, unlock } from '../../../tools/stack/lock-file.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../tools/stack/process-identity.ts';
import { end, idleProcesses } from '../support/idle-process.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const startIdle = idleProcesses();
const newFolder = temporaryFolders();

function lockHeldBy(holder: ProcessIdentity): string {
  const path = join(newFolder(), 'lock');
  writeFileSync(path, JSON.stringify(holder));
  return path;
}

function onlyTheLockIsLeft(path: string): void {
  expect(readdirSync(join(path, '..'))).toEqual(['lock']);
}

describe('a lock', () => {
  it('names its holder, is refused a second time, and can be had again once given back', () => {
    const path = join(newFolder(), 'lock');
    expect(tryLock(path)).toBe(true);
    expect(lockHolder(path)).toEqual(identify(process.pid));
    expect(tryLock(path)).toBe(false);
    onlyTheLockIsLeft(path);
    unlock(path);
    expect(lockHolder(path)).toBeUndefined();
    expect(tryLock(path)).toBe(true);
  });

  it('of a living process is refused and left as it is', async () => {
    const { identity } = await startIdle();
    const path = lockHeldBy(identity);
    const { ctimeNs } = statSync(path, { bigint: true });
    expect(tryLock(path)).toBe(false);
    expect(lockHolder(path)).toEqual(identity);
    // Not even moved aside and back: in between, somebody else could take it.
    expect(statSync(path, { bigint: true }).ctimeNs).toBe(ctimeNs);
    onlyTheLockIsLeft(path);
  });

  it('of a dead process is taken over', async () => {
    const { child, identity } = await startIdle();
    const path = lockHeldBy(identity);
    await end(child);
    expect(tryLock(path)).toBe(true);
    expect(lockHolder(path)).toEqual(identify(process.pid));
    onlyTheLockIsLeft(path);
  });

  it('of a process whose pid was given to another is taken over, and the other left alone', async () => {
    const { identity } = await startIdle();
    const path = lockHeldBy({ pid: identity.pid, startTicks: '1' });
    expect(tryLock(path)).toBe(true);
    expect(lockHolder(path)).toEqual(identify(process.pid));
    expect(isAlive(identity)).toBe(true);
  });

  it.each(['', '{"pid": 1', '{"pid": "1", "startTicks": 7}'])(
    'that names nobody (%j) is taken over',
    (content) => {
      const path = join(newFolder(), 'lock');
      writeFileSync(path, content);
      expect(tryLock(path)).toBe(true);
    },
  );

  it('that cannot be made for another reason than a holder is an error, not a refusal', () => {
    expect(() => tryLock(join(newFolder(), 'missing', 'lock'))).toThrow('ENOENT');
  });
});
