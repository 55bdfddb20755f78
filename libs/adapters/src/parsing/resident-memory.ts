import { readFile } from 'node:fs/promises';

/**
 * How often a busy child is looked at: a parser needs some 100 ms to fill 100 MB, and one look costs 0.1 ms.
 */
const LOOK_EVERY_MS = 100;

/**
 * Calls `onExceeded` once when a process holds more than `limitMb` of resident memory, which the heap limit
 * does not bound: buffers and strings from outside lie beside the heap. Returns a function that ends the
 * watch. Reads Linux's /proc; elsewhere only the heap limit holds.
 */
export function watchResidentMemory(
  pid: number | undefined,
  limitMb: number,
  onExceeded: () => void,
): () => void {
  if (pid === undefined || process.platform !== 'linux') return () => undefined;
  const timer = setInterval(() => {
    void residentMb(pid).then((megabytes) => {
      if (megabytes > limitMb) {
        clearInterval(timer);
        onExceeded();
      }
    });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

async function residentMb(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    // The process is gone: its end is noticed elsewhere.
    return 0;
  }
}
