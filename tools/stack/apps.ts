import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { appFingerprint, distFolders, newestChange } from './build-fingerprint.ts';
import { declaredVariables, portIn } from './environment.ts';
import { readText } from './files.ts';
import type { StackHome } from './home.ts';
import { LOOPBACK } from './ports.ts';
import type { Database, ServerPlan, TemporalServer } from './servers.ts';
import { ensureService, type StartOutcome } from './service.ts';
import { StackError } from './stack-error.ts';
import { startOnPorts } from './stack-ports.ts';
import { STOP_MANNERS } from './stop.ts';

export type AppName = 'api' | 'worker';

export interface RunningApp {
  readonly url: string;
  readonly outcome: StartOutcome;
}

/** What both applications need to know of their surroundings. */
export interface AppPlan extends ServerPlan {
  readonly database: Database;
  readonly temporal: TemporalServer;
}

/** The worker bundles workflows and connects to everything before it is ready: seconds, on a busy machine tens. */
const READY_WITHIN_MS = 60_000;

/** A dependency that hangs makes /ready slow, and a slow answer is no. */
const READY_ANSWER_MS = 2_000;

export async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(READY_ANSWER_MS) })).status === 200;
  } catch {
    // Refused, reset, or too slow: each is how "not ready" looks from outside.
    return false;
  }
}

/** The variables the stack decides; what else the caller has set passes through. */
function stackVariables({ home, secrets, caller, database, temporal }: AppPlan): Record<string, string> {
  return {
    DATABASE_URL: database.appUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    STORAGE_URL: caller['STORAGE_URL'] || pathToFileURL(join(home.dataDir, 'objects')).href,
    STORAGE_SIGNING_KEY: caller['STORAGE_SIGNING_KEY'] || secrets.storageSigningKey,
    API_KEY_PEPPER: caller['API_KEY_PEPPER'] || secrets.apiKeyPepper,
    AUTH_SIGNING_KEYS: caller['AUTH_SIGNING_KEYS'] || secrets.authSigningKeys,
    PLATFORM_OPERATOR_TOKEN: caller['PLATFORM_OPERATOR_TOKEN'] || secrets.operatorToken,
    WEBHOOK_SECRET_KEYS: caller['WEBHOOK_SECRET_KEYS'] || secrets.webhookSecretKeys,
  };
}

/** Everything the stack decided for API and worker, for whoever runs them, or a command, in its place. */
export function appsEnvironment(plan: AppPlan, urls: Record<AppName, string>): Record<string, string> {
  const port = (app: AppName): number => Number(new URL(urls[app]).port);
  return {
    ...stackVariables(plan),
    ...appVariables('api', port('api')),
    ...appVariables('worker', port('worker')),
  };
}

/** For the commands that migrate and provision; only they may be the database's administrator. */
export function commandEnvironment(plan: AppPlan): NodeJS.ProcessEnv {
  return { ...plan.caller, ...stackVariables(plan), DATABASE_ADMIN_URL: plan.database.adminUrl };
}

/** Where an application's entry point is; a StackError when it was not built. */
export function builtFile(home: StackHome, path: string): string {
  const file = join(home.repo, path);
  if (existsSync(file)) return file;
  throw new StackError(`${path} does not exist: the project is not built.`, 'npm run build');
}

function appVariables(app: AppName, port: number): Record<string, string> {
  switch (app) {
    case 'api':
      return {
        API_HOST: LOOPBACK,
        API_PORT: String(port),
        API_PUBLIC_URL: `http://${LOOPBACK}:${port}`,
      };
    case 'worker':
      return { WORKER_HEALTH_PORT: String(port) };
  }
}

const PORT_VARIABLES = { api: 'API_PORT', worker: 'WORKER_HEALTH_PORT' } as const;

/**
 * A young generation that grew at start is never given back: capped, the API rests at 155 MB instead of 200. The worker
 * is given the default, because its parsing results are large and short-lived.
 */
const NODE_FLAGS: Record<AppName, readonly string[]> = { api: ['--max-semi-space-size=4'], worker: [] };

/** Leaves the application running this build with this environment, and ready. */
export async function startApp(plan: AppPlan, app: AppName): Promise<RunningApp> {
  const { home, tools, caller, claims } = plan;
  const main = builtFile(home, `apps/${app}/dist/main.js`);
  const builtAt = newestChange(distFolders(home.repo, app));
  const declared = declaredVariables(readText(join(home.repo, '.env.example')) ?? '');
  const requested = { [app]: portIn(caller[PORT_VARIABLES[app]]) };
  return startOnPorts(home, claims, { service: app, names: [app], requested }, async (ports) => {
    const url = `http://${LOOPBACK}:${ports[app]}`;
    const decided = { ...stackVariables(plan), ...appVariables(app, ports[app]) };
    const environment = { ...caller, ...decided, DATABASE_ADMIN_URL: undefined };
    const variables = [...declared, ...Object.keys(decided)];
    const outcome = await ensureService(home, {
      name: app,
      command: tools.node,
      args: [...NODE_FLAGS[app], main],
      environment,
      workingDir: home.repo,
      fingerprint: appFingerprint(environment, variables, builtAt),
      stop: STOP_MANNERS[app],
      readyWithinMs: READY_WITHIN_MS,
      isReady: () => isReady(url),
    });
    return { url, outcome };
  });
}
