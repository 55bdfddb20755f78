import { isAlive, type ProcessIdentity } from './process-identity.ts';
import {
  forgetRecord,
  logFile,
  readLiving,
  startProcess,
  stopProcess,
  type ProcessFolders,
  type ProcessSpec,
} from './process.ts';
import { StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

export interface Service extends ProcessSpec {
  readonly stop: StopManner;
  readonly readyWithinMs: number;
  isReady(): Promise<boolean>;
}

export interface StopManner {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

export type StartOutcome = 'kept' | 'started' | 'restarted';

/**
 * A process found running may have been started a moment ago by a `make up` that was killed, or be
 * reconnecting to a server that was just started again. After this long it is hung.
 */
const FOUND_RUNNING_PATIENCE_MS = 15_000;

/**
 * Leaves the service running and ready: one that runs as wanted is kept, one of another build or
 * environment, or a hung one, is replaced. Repeating it is harmless. Throws a StackError after stopping
 * what did not become ready, so that the port is free for another try.
 */
export async function ensureService(folders: ProcessFolders, service: Service): Promise<StartOutcome> {
  const found = readLiving(folders.runDir, service.name);
  if (found) {
    const asWanted = found.fingerprint === service.fingerprint;
    if (asWanted && (await becomesReady(service, found, FOUND_RUNNING_PATIENCE_MS))) return 'kept';
    await stopProcess(found, service.stop.signal, service.stop.graceMs);
  }
  await startService(folders, service);
  return found ? 'restarted' : 'started';
}

async function becomesReady(service: Service, process: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const answer = { ready: false };
  const settled = async (): Promise<boolean> => {
    answer.ready = await service.isReady();
    return answer.ready || !isAlive(process);
  };
  await waitUntil(settled, { timeoutMs, everyMs: 100 });
  // On a port that somebody else took it is the other one that answers, and ours is dead.
  return answer.ready && isAlive(process);
}

async function startService(folders: ProcessFolders, service: Service): Promise<void> {
  const started = startProcess(folders, service);
  const log = logFile(folders.logsDir, service.name);
  const advice = 'read the log above, then `make doctor`.';
  if (!started) throw new StackError(`${service.name} ended at once.`, advice, log);
  if (await becomesReady(service, started, service.readyWithinMs)) return;
  const problem = isAlive(started)
    ? `${service.name} was not ready within ${service.readyWithinMs / 1000} s.`
    : `${service.name} ended while starting.`;
  await stopProcess(started, service.stop.signal, service.stop.graceMs);
  forgetRecord(folders.runDir, service.name);
  throw new StackError(problem, advice, log);
}
