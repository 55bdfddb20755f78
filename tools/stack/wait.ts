import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the condition holds or the time is over, and says which. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  limits: { timeoutMs: number; everyMs: number },
): Promise<boolean> {
  const deadline = performance.now() + limits.timeoutMs;
  while (!(await condition())) {
    if (performance.now() >= deadline) return false;
    await pause(limits.everyMs);
  }
  return true;
}
