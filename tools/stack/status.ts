import { isReady } from './apps.ts';
import { callerEnvironment, externalDatabase, externalTemporal } from './environment.ts';
import { stackHome, type StackHome } from './home.ts';
import { isListening, LOOPBACK } from './ports.ts';
import { readRecord } from './process.ts';
import { isAlive } from './process-identity.ts';
import { embeddedDatabase, embeddedTemporal } from './servers.ts';
import { runCommandLine } from './stack-error.ts';
import { readPorts } from './stack-state.ts';
import { STOP_ORDER, type ServiceName } from './stop.ts';

export type ServiceState = 'ready' | 'not ready' | 'died' | 'stopped' | 'external';

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ServiceState;
  readonly pid: number | undefined;
  readonly port: number | undefined;
  readonly url: string | undefined;
}

/** Which servers are the caller's own, by the same rule that `up` follows. */
export function externalServers(home: StackHome, caller: NodeJS.ProcessEnv): ReadonlySet<ServiceName> {
  const names = new Set<ServiceName>();
  if (externalDatabase(caller, embeddedDatabase(home))) names.add('postgres');
  if (externalTemporal(caller, embeddedTemporal(home)) !== undefined) names.add('temporal');
  return names;
}

async function stateOf(home: StackHome, name: ServiceName, port: number | undefined): Promise<ServiceState> {
  const record = readRecord(home.runDir, name);
  if (!record) return 'stopped';
  if (!isAlive(record)) return 'died';
  if (port === undefined) return 'not ready';
  const answers =
    name === 'api' || name === 'worker' ? isReady(`http://${LOOPBACK}:${port}`) : isListening(port);
  return (await answers) ? 'ready' : 'not ready';
}

export async function stackStatus(home: StackHome, caller: NodeJS.ProcessEnv): Promise<ServiceStatus[]> {
  const external = externalServers(home, caller);
  const ports = readPorts(home);
  const url = (scheme: string, port: number | undefined, path = ''): string | undefined =>
    port === undefined ? undefined : `${scheme}://${LOOPBACK}:${port}${path}`;
  const urls: Record<ServiceName, string | undefined> = {
    api: url('http', ports.api),
    worker: url('http', ports.worker, '/ready'),
    temporal: url('http', ports.temporalUi),
    postgres: url('postgres', ports.postgres, '/docket'),
  };
  return Promise.all(
    STOP_ORDER.map(async (name): Promise<ServiceStatus> => {
      if (external.has(name))
        return { name, state: 'external', pid: undefined, port: undefined, url: undefined };
      const state = await stateOf(home, name, ports[name]);
      const runs = state === 'ready' || state === 'not ready';
      if (!runs) return { name, state, pid: undefined, port: undefined, url: undefined };
      return { name, state, pid: readRecord(home.runDir, name)?.pid, port: ports[name], url: urls[name] };
    }),
  );
}

export function renderStatus(services: readonly ServiceStatus[]): string {
  const rows = services.map(({ name, state, pid, port, url }) =>
    [name, state, pid, port, url].map((cell) => String(cell ?? '-')),
  );
  const table = [['NAME', 'STATE', 'PID', 'PORT', 'URL'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const home = stackHome();
  console.log(renderStatus(await stackStatus(home, callerEnvironment(home.repo))));
}

if (import.meta.main) await runCommandLine(main);
