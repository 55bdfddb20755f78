import { readdirSync, readFileSync } from 'node:fs';
import { readLiving } from '../stack/process.ts';

/** Length of a clock tick of /proc on every Linux of today. */
const TICK_MS = 10;

const SERVICES = ['api', 'worker', 'temporal', 'postgres'] as const;
export type CpuMs = Record<(typeof SERVICES)[number] | 'client', number>;

/** CPU milliseconds that each part of the stack has used so far, its children included; null where /proc is absent. */
export function cpuSoFar(runDir: string): CpuMs | null {
  const processes = readProcesses();
  if (processes.size === 0) return null;
  const own = process.cpuUsage();
  const used: CpuMs = {
    api: 0,
    worker: 0,
    temporal: 0,
    postgres: 0,
    client: (own.user + own.system) / 1_000,
  };
  for (const service of SERVICES) {
    const root = readLiving(runDir, service)?.pid;
    if (root !== undefined) used[service] = treeMs(root, processes);
  }
  return used;
}

/** What each part used between two looks, per item. */
export function cpuPerItem(before: CpuMs | null, after: CpuMs | null, items: number): CpuMs | null {
  if (!before || !after) return null;
  const per = (name: keyof CpuMs): number => Math.round(((after[name] - before[name]) / items) * 10) / 10;
  return {
    api: per('api'),
    worker: per('worker'),
    temporal: per('temporal'),
    postgres: per('postgres'),
    client: per('client'),
  };
}

interface ProcessTimes {
  parent: number;
  ms: number;
}

function readProcesses(): Map<number, ProcessTimes> {
  const found = new Map<number, ProcessTimes>();
  for (const entry of readDirectory('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const times = readTimes(`/proc/${entry}/stat`);
    if (times) found.set(Number(entry), times);
  }
  return found;
}

/** Fields 4, 14 to 17 of proc(5): parent, own time, and that of children already gone. */
function readTimes(path: string): ProcessTimes | null {
  try {
    const fields = readFileSync(path, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0);
    return { parent: fields[1] ?? 0, ms: ticks * TICK_MS };
  } catch {
    // It ended while we looked.
    return null;
  }
}

function readDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function treeMs(root: number, processes: ReadonlyMap<number, ProcessTimes>): number {
  let sum = processes.get(root)?.ms ?? 0;
  for (const [pid, { parent }] of processes) if (parent === root) sum += treeMs(pid, processes);
  return sum;
}
