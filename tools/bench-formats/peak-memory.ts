import { readFileSync } from 'node:fs';

/** The most resident memory that any child of this process has held, in megabytes; null without Linux's /proc. */
export function peakMemoryOfChildren(): number | null {
  if (process.platform !== 'linux') return null;
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  return Math.round(Math.max(0, ...children.map(peakMemoryOf)));
}

function peakMemoryOf(pid: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    // It ended between the two looks.
    return 0;
  }
}
