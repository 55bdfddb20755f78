import { join } from 'node:path';

import { externalDatabase, externalTemporal, type DatabaseUrls } from './environment.ts';
import type { StackHome } from './home.ts';
import { LOOPBACK } from './ports.ts';
import { preparePostgresPlace } from './postgres-place.ts';
import { postgresUrls, startPostgres } from './postgres.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import type { StartOutcome } from './service.ts';
import { startOnPorts, type PortClaims } from './stack-ports.ts';
import { readPorts } from './stack-state.ts';
import { NAMESPACE, startTemporal } from './temporal.ts';
import type { Tools } from './tools.ts';

/** What the servers are known by; `external` ones are the caller's own and are only used. */
export interface ServerOutcome {
  readonly outcome: StartOutcome | 'external';
}

export interface Database extends ServerOutcome, DatabaseUrls {}

export interface TemporalServer extends ServerOutcome {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
}

export interface ServerPlan {
  readonly home: StackHome;
  readonly tools: Tools;
  readonly secrets: Secrets;
  readonly caller: NodeJS.ProcessEnv;
  readonly claims: PortClaims;
}

function passwords(secrets: Secrets): { superuserPassword: string; appPassword: string } {
  return { superuserPassword: secrets.postgresPassword, appPassword: secrets.appPassword };
}

/** The embedded Postgres as it was last started, or undefined when it never was. */
export function embeddedDatabase(home: StackHome): DatabaseUrls | undefined {
  const { postgres } = readPorts(home);
  const secrets = readSecrets(home);
  return postgres !== undefined && secrets ? postgresUrls(postgres, passwords(secrets)) : undefined;
}

export function embeddedTemporal(home: StackHome): string | undefined {
  const { temporal } = readPorts(home);
  return temporal === undefined ? undefined : `${LOOPBACK}:${temporal}`;
}

export async function provideDatabase({
  home,
  tools,
  secrets,
  caller,
  claims,
}: ServerPlan): Promise<Database> {
  const external = externalDatabase(caller, embeddedDatabase(home));
  if (external) return { ...external, outcome: 'external' };
  const place = preparePostgresPlace(home, tools.postgresBin);
  const plan = { service: 'postgres', names: ['postgres'], requested: {} } as const;
  return startOnPorts(home, claims, plan, ({ postgres: port }) =>
    startPostgres({ ...place, ...passwords(secrets), port, runDir: home.runDir, logsDir: home.logsDir }),
  );
}

export async function provideTemporal({ home, tools, caller, claims }: ServerPlan): Promise<TemporalServer> {
  const external = externalTemporal(caller, embeddedTemporal(home));
  if (external !== undefined) {
    const { TEMPORAL_NAMESPACE: namespace = NAMESPACE, TEMPORAL_UI_URL: uiUrl } = caller;
    return { address: external, namespace, uiUrl, outcome: 'external' };
  }
  const plan = { service: 'temporal', names: ['temporal', 'temporalUi'], requested: {} } as const;
  const started = await startOnPorts(home, claims, plan, ({ temporal: port, temporalUi: uiPort }) =>
    startTemporal({
      executable: tools.temporal,
      dbFile: join(home.dataDir, 'temporal.db'),
      port,
      uiPort,
      runDir: home.runDir,
      logsDir: home.logsDir,
    }),
  );
  return { ...started, namespace: NAMESPACE };
}
