import { join } from 'node:path';

import { readFields, writeJson } from './files.ts';
import type { StackHome } from './home.ts';
import { PORT_NAMES, type PortName } from './ports.ts';

export type Ports = Partial<Record<PortName, number>>;

function stateFile(home: StackHome): string {
  return join(home.runDir, 'stack.json');
}

/** The ports of the last run, kept so that bookmarks and .env files stay right over a restart. */
export function readPorts(home: StackHome): Ports {
  const fields = readFields(stateFile(home)) ?? {};
  const ports: Ports = {};
  for (const name of PORT_NAMES) {
    const port = fields[name];
    if (typeof port === 'number') ports[name] = port;
  }
  return ports;
}

/** Synchronous from read to write: Postgres and Temporal are started side by side in one process. */
export function rememberPorts(home: StackHome, ports: Ports): void {
  writeJson(stateFile(home), { ...readPorts(home), ...ports });
}
