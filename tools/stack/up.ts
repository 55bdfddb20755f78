import { appsEnvironment, builtFile, commandEnvironment, startApp, type AppPlan } from './apps.ts';
import { runCommand } from './command.ts';
import { callerEnvironment } from './environment.ts';
import { createHome, stackHome, type StackHome } from './home.ts';
import { writeLocalEnv } from './local-env.ts';
import { localApiKey } from './local-key.ts';
import { readOrCreateSecrets } from './secrets.ts';
import { provideDatabase, provideTemporal, type ServerOutcome, type ServerPlan } from './servers.ts';
import { runCommandLine } from './stack-error.ts';
import { withStackLock } from './stack-lock.ts';
import { PortClaims } from './stack-ports.ts';
import type { ServiceName } from './stop.ts';
import { readTools } from './tools.ts';

export interface LocalStack {
  readonly home: StackHome;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly workerUrl: string;
  readonly databaseUrl: string;
  readonly databaseAdminUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Unknown for a Temporal server of the caller's own, unless TEMPORAL_UI_URL names it. */
  readonly temporalUiUrl: string | undefined;
  /** What was not running before: the part of the stack that is the caller's to stop. */
  /** What API and worker were started with, beyond the caller's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly started: readonly ServiceName[];
}

/** Both to their end, so that nothing is still starting when the first failure is told. */
async function together<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/**
 * Leaves the whole stack running, migrated and ready, and writes local.env. It starts what is missing,
 * restarts what was built or configured anew and keeps the rest, so it is safe to repeat after any kill.
 */
export async function up(report: (line: string) => void = console.log): Promise<LocalStack> {
  const home = stackHome();
  return withStackLock(home, async () => {
    createHome(home);
    const claims = new PortClaims();
    try {
      return await bringUp(
        {
          home,
          tools: readTools(home),
          secrets: readOrCreateSecrets(home),
          caller: callerEnvironment(home.repo),
          claims,
        },
        report,
      );
    } finally {
      claims.release();
    }
  });
}

async function bringUp(servers: ServerPlan, report: (line: string) => void): Promise<LocalStack> {
  const { home } = servers;
  const [temporal, database] = await together(provideTemporal(servers), provideDatabase(servers));
  report(`postgres  ${database.outcome}\ntemporal  ${temporal.outcome}`);
  const plan: AppPlan = { ...servers, database, temporal };
  await runStep(plan, 'migrate', ['libs/db/dist/commands/migrate.js', 'up']);
  await runStep(plan, 'provision-temporal', ['apps/worker/dist/commands/provision-temporal.js']);
  const [worker, api] = await together(startApp(plan, 'worker'), startApp(plan, 'api'));
  // One worker, so whatever an earlier build began has nobody else to go on with it.
  await runStep(plan, 'promote', ['apps/worker/dist/commands/promote.js', '--take-over']);
  report(`worker    ${worker.outcome}\napi       ${api.outcome}`);
  const apiKey = await localApiKey(plan, api.url);
  writeLocalEnv(home, {
    DOCKET_URL: api.url,
    DOCKET_API_KEY: apiKey,
    DOCKET_OPERATOR_TOKEN: plan.caller['PLATFORM_OPERATOR_TOKEN'] || plan.secrets.operatorToken,
    DATABASE_URL: database.appUrl,
    DATABASE_ADMIN_URL: database.adminUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    ...(temporal.uiUrl !== undefined && { TEMPORAL_UI_URL: temporal.uiUrl }),
    WORKER_URL: worker.url,
  });
  return {
    home,
    apiUrl: api.url,
    apiKey,
    workerUrl: worker.url,
    databaseUrl: database.appUrl,
    databaseAdminUrl: database.adminUrl,
    temporalAddress: temporal.address,
    temporalNamespace: temporal.namespace,
    temporalUiUrl: temporal.uiUrl,
    environment: appsEnvironment(plan, { api: api.url, worker: worker.url }),
    started: startedOf({ api, worker, temporal, postgres: database }),
  };
}

/** Both steps are idempotent and take a second, so they run each time: what stored a "done" might be wrong. */
async function runStep(plan: AppPlan, name: string, [script, ...args]: [string, ...string[]]): Promise<void> {
  await runCommand({
    name,
    node: plan.tools.node,
    args: [builtFile(plan.home, script), ...args],
    environment: commandEnvironment(plan),
    workingDir: plan.home.repo,
    logsDir: plan.home.logsDir,
  });
}

function startedOf(parts: Record<ServiceName, ServerOutcome>): ServiceName[] {
  const names: ServiceName[] = ['api', 'worker', 'temporal', 'postgres'];
  return names.filter((name) => parts[name].outcome === 'started');
}

async function main(): Promise<void> {
  const stack = await up();
  console.log(`
API                ${stack.apiUrl}
Documentation      ${stack.apiUrl}/docs
Temporal Web UI    ${stack.temporalUiUrl ?? `of the server at ${stack.temporalAddress}`}
Addresses and key  ${stack.home.localEnvFile}
Stop with          make down`);
}

if (import.meta.main) await runCommandLine(main);
