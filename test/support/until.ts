import { waitUntil } from '../../tools/stack/wait.ts';

/** Resolves when the condition holds, and fails with what was awaited when it does not in time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  if (await waitUntil(condition, { timeoutMs, everyMs: 25 })) return;
  throw new Error(`after ${timeoutMs} ms it is still not so that ${what}`);
}
