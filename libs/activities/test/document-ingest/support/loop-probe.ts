/** Milliseconds between two looks at the event loop; a block is told as exactly as this. */
const LOOK_EVERY_MS = 2;

/**
 * Runs `work` and returns the longest processor time, in milliseconds, that this thread spent between two turns of its event
 * loop. A delay by the wall clock would tell as much of what else the machine does.
 */
export async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = ownCpuMs();
  const timer = setInterval(() => {
    const now = ownCpuMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, LOOK_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
