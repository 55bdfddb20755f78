import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { StackHome } from './home.ts';
import { lockHolder, tryLock, unlock } from './lock-file.ts';
import { StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

/** A first `up` on a slow machine, with every start at its limit, is still shorter. */
const PATIENCE_MS = 5 * 60_000;

/** Runs the action alone among all `up`, `down` and `clean` of this home. A lock whose holder died is taken over. */
export async function withStackLock<T>(home: StackHome, action: () => Promise<T>): Promise<T> {
  mkdirSync(home.root, { recursive: true });
  // Beside run/, not in it: `clean` removes that folder while it holds the lock.
  const path = join(home.root, 'stack.lock');
  if (!tryLock(path)) {
    console.log(
      `waiting for another make (pid ${lockHolder(path)?.pid ?? 'unknown'}) to finish with the stack`,
    );
    if (!(await waitUntil(() => tryLock(path), { timeoutMs: PATIENCE_MS, everyMs: 200 }))) {
      throw new StackError(`${path} is still held.`, 'stop the process named in that file.');
    }
  }
  try {
    return await action();
  } finally {
    unlock(path);
  }
}
