import { externalDatabase, externalTemporal, type DatabaseUrls } from './environment.ts';
import { notRunning, ok, problem, type Finding } from './finding.ts';
import type { StackHome } from './home.ts';
import { DEFAULT_PORTS, isListening, isPortFree, PORT_NAMES, type PortName } from './ports.ts';
import { logFile, readLiving, readRecord } from './process.ts';
import { runSql } from './psql.ts';
import { embeddedDatabase, embeddedTemporal } from './servers.ts';
import { readPorts } from './stack-state.ts';
import type { ServiceStatus } from './status.ts';
import type { ServiceName } from './stop.ts';
import { readTools } from './tools.ts';

const OWNERS: Record<PortName, ServiceName> = {
  api: 'api',
  worker: 'worker',
  postgres: 'postgres',
  temporal: 'temporal',
  temporalUi: 'temporal',
};

/** A taken port is no fault, because `up` moves to another; but it is worth knowing. */
export async function checkPorts(home: StackHome): Promise<Finding> {
  const remembered = readPorts(home);
  const notes = await Promise.all(
    PORT_NAMES.map(async (name) => {
      const port = remembered[name] ?? DEFAULT_PORTS[name];
      const free = readLiving(home.runDir, OWNERS[name]) !== undefined || (await isPortFree(port));
      return free ? [] : [`${port} (${name}) is used by another program, make up takes a free one`];
    }),
  );
  return ok('ports', notes.flat().join('; '));
}

export function checkService(home: StackHome, { name, state }: ServiceStatus): Finding {
  switch (state) {
    case 'ready':
    case 'external':
      return ok(name, state);
    case 'stopped':
      return notRunning(name);
    case 'died':
      return problem(
        name,
        `process ${readRecord(home.runDir, name)?.pid} ended by itself`,
        `make up; ${logFile(home.logsDir, name)} may say why`,
      );
    case 'not ready':
      return problem(name, 'runs, but is not ready', `make up; ${logFile(home.logsDir, name)} may say why`);
  }
}

/** The table that every request reads; its absence means that no migration ran. */
const MIGRATED = "SELECT to_regclass('public.orgs') IS NOT NULL";

export function checkDatabase(home: StackHome, caller: NodeJS.ProcessEnv): Finding {
  const embedded = embeddedDatabase(home);
  const external = externalDatabase(caller, embedded);
  const urls = external ?? (readLiving(home.runDir, 'postgres') ? embedded : undefined);
  if (!urls) return notRunning('database');
  return probeDatabase(readTools(home).postgresBin, urls);
}

function probeDatabase(binDir: string, { adminUrl, appUrl }: DatabaseUrls): Finding {
  try {
    runSql(binDir, appUrl, 'SELECT 1');
    if (runSql(binDir, adminUrl, MIGRATED) === 't') return ok('database', 'reachable and migrated');
    return problem('database', 'not migrated', 'make up');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problem(
      'database',
      reason,
      'make up; for a Postgres of your own check DATABASE_URL and DATABASE_ADMIN_URL',
    );
  }
}

/** The embedded server's state is its process's; here only one of the caller's own is asked. */
export async function checkExternalTemporal(home: StackHome, caller: NodeJS.ProcessEnv): Promise<Finding[]> {
  const address = externalTemporal(caller, embeddedTemporal(home));
  if (address === undefined) return [];
  const { hostname, port } = new URL(`tcp://${address}`);
  if (await isListening(Number(port), hostname)) return [ok('Temporal server', address)];
  return [problem('Temporal server', `nothing answers at ${address}`, 'check TEMPORAL_ADDRESS, or unset it')];
}
