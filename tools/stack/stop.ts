import type { StackHome } from './home.ts';
import { forgetRecord, readLiving, stopProcess } from './process.ts';
import type { StopManner } from './service.ts';
import { withStackLock } from './stack-lock.ts';

export type ServiceName = 'api' | 'worker' | 'temporal' | 'postgres';

/** Users before what they use, so that nothing loses its database in the middle of work. */
export const STOP_ORDER = ['api', 'worker', 'temporal', 'postgres'] as const satisfies ServiceName[];

export const STOP_MANNERS = {
  // Finishes the requests it has; a held `Prefer: wait` lasts 30 s at most and may be cut.
  api: { signal: 'SIGTERM', graceMs: 15_000 },
  // Activities get the worker's own shutdown grace first.
  worker: { signal: 'SIGTERM', graceMs: 30_000 },
  temporal: { signal: 'SIGTERM', graceMs: 10_000 },
  // Fast shutdown: SIGTERM would wait for every client to leave. The checkpoint may take a while.
  postgres: { signal: 'SIGINT', graceMs: 30_000 },
} as const satisfies Record<ServiceName, StopManner>;

/** Stops one service, whoever's `up` started it. False when it was not running. */
export async function stopService(runDir: string, name: ServiceName): Promise<boolean> {
  const living = readLiving(runDir, name);
  if (living) await stopProcess(living, STOP_MANNERS[name].signal, STOP_MANNERS[name].graceMs);
  forgetRecord(runDir, name);
  return living !== undefined;
}

/** Stops what `up` started, and nothing else. Data stays. Returns what was running. */
export async function stopAll(home: StackHome): Promise<ServiceName[]> {
  return withStackLock(home, () => stopServices(home));
}

/** For callers that hold the lock. */
export async function stopServices(home: StackHome): Promise<ServiceName[]> {
  const stopped: ServiceName[] = [];
  for (const name of STOP_ORDER) {
    if (await stopService(home.runDir, name)) stopped.push(name);
  }
  return stopped;
}
