import { readFileSync } from 'node:fs';
import { readLiving } from '../stack/process.ts';

/** Resident megabytes of one of the stack's processes; null where the system does not tell. */
export function residentMb(runDir: string, name: string): number | null {
  const process = readLiving(runDir, name);
  if (!process) return null;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1_024);
  } catch {
    return null;
  }
}
