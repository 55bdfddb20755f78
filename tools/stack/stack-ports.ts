import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import type { StackHome } from './home.ts';
import { tryLock, unlock } from './lock-file.ts';
import { anyFreePort, choosePort, DEFAULT_PORTS, isPortFree, type PortName } from './ports.ts';
import { readLiving } from './process.ts';
import { StackError } from './stack-error.ts';
import { readPorts, rememberPorts, type Ports } from './stack-state.ts';
import type { ServiceName } from './stop.ts';

/** Whoever takes a port between our look and the service's bind is met once, seldom twice. */
const ATTEMPTS = 3;

/**
 * Claims free ports for one `up`. Between finding a port free and the service's bind lie seconds, and two
 * copies of the project brought up together would find the same ones; so a claim is a lock file that
 * every copy of this user sees.
 */
export class PortClaims {
  readonly #folder = join(tmpdir(), `docket-ports-${userInfo().uid}`);
  readonly #held = new Set<string>();

  constructor() {
    mkdirSync(this.#folder, { recursive: true });
  }

  async claim(port: number): Promise<boolean> {
    const path = join(this.#folder, String(port));
    if (!tryLock(path)) return false;
    this.#held.add(path);
    return isPortFree(port);
  }

  release(): void {
    for (const path of this.#held) unlock(path);
    this.#held.clear();
  }
}

export interface PortPlan<Name extends PortName> {
  readonly service: ServiceName;
  readonly names: readonly Name[];
  /** Ports that the caller's environment asks for; tried first, not insisted on. */
  readonly requested: Ports;
}

/**
 * Starts a service on the ports it had, else on the default ones, else on any free ones. If it fails
 * because somebody else has its port after all, it is started again elsewhere.
 */
export async function startOnPorts<Name extends PortName, Started>(
  home: StackHome,
  claims: PortClaims,
  plan: PortPlan<Name>,
  start: (ports: Record<Name, number>) => Promise<Started>,
): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(home, claims, plan);
    // Before the start: should `up` be killed now, the next one must find the service where it is.
    rememberPorts(home, ports);
    try {
      return await start(ports);
    } catch (error) {
      const free = await Promise.all(plan.names.map((name) => isPortFree(ports[name])));
      if (!(error instanceof StackError) || free.every(Boolean) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function choosePorts<Name extends PortName>(
  home: StackHome,
  claims: PortClaims,
  { service, names, requested }: PortPlan<Name>,
): Promise<Record<Name, number>> {
  const remembered = readPorts(home);
  const ours = readLiving(home.runDir, service) !== undefined;
  const chosen: Partial<Record<PortName, number>> = {};
  for (const name of names) {
    const wishes = [requested[name], remembered[name], DEFAULT_PORTS[name]];
    const isAvailable = async (port: number): Promise<boolean> =>
      (ours && port === remembered[name]) || claims.claim(port);
    chosen[name] = (await choosePort(wishes, isAvailable)) ?? (await anyFreePort());
  }
  // Each of the names was given its port just now.
  return chosen as Record<Name, number>;
}
