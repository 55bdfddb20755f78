import { readFile } from 'node:fs/promises';

/**
 * How often a busy child is looked at: a parser needs some 100 ms to fill 100 MB, and one look costs 0.2 ms.
 */
const LOOK_EVERY_MS = 100;

/** The unit of processor times in /proc, fixed by the kernel for programs on every platform that Node runs on. */
const MS_PER_TICK = 10;

export interface ProcessLimits {
  /** Processor time from the start of the watch, of all its threads, in user and in kernel mode. */
  readonly cpuMs: number;
  /** Sleeping without a tick of processor time: whoever waits for a processor is runnable, and does not sleep. */
  readonly idleMs: number;
  readonly residentMb: number;
}

export type Breach = 'processor_time' | 'idle' | 'memory';

/** What one look at a process shows. */
interface Look {
  readonly cpuMs: number;
  readonly isAsleep: boolean;
  readonly residentMb: number;
}

/**
 * Calls `onBreach` once when a process goes beyond its limits. The heap limit does not bound what lies beside the heap
 * (buffers, strings from outside), and a wall clock tells a slow file from a starved machine as little as a person could.
 * Idleness is counted in looks, so that a machine that stood still counts for nothing. Returns a function that ends the
 * watch. Reads Linux's /proc; elsewhere nothing is watched.
 */
export function watchProcess(
  pid: number | undefined,
  limits: ProcessLimits,
  onBreach: (breach: Breach) => void,
): () => void {
  if (pid === undefined || process.platform !== 'linux') return () => undefined;
  let first: Look | null = null;
  let last: Look | null = null;
  let idleLooks = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    const seen = await lookAt(pid);
    if (isOver || seen === null) return;
    first ??= seen;
    idleLooks = seen.isAsleep && seen.cpuMs === last?.cpuMs ? idleLooks + 1 : 0;
    last = seen;
    const breach = breachOf({ ...seen, cpuMs: seen.cpuMs - first.cpuMs }, idleLooks * LOOK_EVERY_MS, limits);
    if (breach === null) return;
    stop();
    onBreach(breach);
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  const stop = (): void => {
    isOver = true;
    clearInterval(timer);
  };
  // The first look says what the process had used before.
  void look();
  return stop;
}

function breachOf(seen: Look, idleMs: number, limits: ProcessLimits): Breach | null {
  if (seen.residentMb > limits.residentMb) return 'memory';
  if (seen.cpuMs > limits.cpuMs) return 'processor_time';
  return idleMs > limits.idleMs ? 'idle' : null;
}

/** By proc(5): field 3 of `stat` is the state, 14 and 15 are the ticks in user and in kernel mode. */
async function lookAt(pid: number): Promise<Look | null> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    // The second field is the program's name in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
      isAsleep: fields[0] === 'S',
      residentMb: Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) / 1_024,
    };
  } catch {
    // The process is gone: its end is noticed elsewhere.
    return null;
  }
}
