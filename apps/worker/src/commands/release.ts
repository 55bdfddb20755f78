import { undoBuild } from '@docket/activities/undo-build';
import { createStorage } from '@docket/adapters/storage/create';
import { createDataSource } from '@docket/db/data-source';
import { SystemDatabase } from '@docket/db/system-database';
import { TenantDatabase } from '@docket/db/tenant-database';
import { readBuildId } from '@docket/platform/build-id';
import { buildIdConfig } from '@docket/platform/config/build';
import { databaseConfig } from '@docket/platform/config/database';
import { loadConfig, readEnvFile } from '@docket/platform/config/load';
import { storageConfig, storageSettings } from '@docket/platform/config/storage';
import { temporalConfig } from '@docket/platform/config/temporal';
import { connectionOptions, createTemporalClient } from '@docket/platform/temporal/connection';
import {
  describeDeployment,
  endRamp,
  promoteBuild,
  rampBuild,
  takeOverOpenRuns,
  type WorkerDeployment,
} from '@docket/platform/temporal/deployment';
import { Connection } from '@temporalio/client';
import { parseArgs } from 'node:util';
import { startRun } from '../run-starter.js';
import { undoableKinds } from '../take-ups.js';

/** A worker that is being started beside this command has so long to poll. */
const WITHIN_MS = 60_000;
/** A fifth of what a small installation does in a second. */
const UNDONE_PER_SECOND = 5;

const USAGE = `release.js status
release.js ramp --percent N [--build ID]     give N percent of the new runs to a build; by default the one of this command
release.js roll-back [--to ID] [--take-over]  end the ramp, or make an earlier build current again
release.js undo --build ID [--dry-run] [--per-second N]
                                             make again what that build made and what is still in use`;

const OPTIONS = {
  build: { type: 'string' },
  to: { type: 'string' },
  percent: { type: 'string' },
  'per-second': { type: 'string' },
  'take-over': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
type Command = (connection: Connection, namespace: string, values: Values) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = { status, ramp, 'roll-back': rollBack, undo };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const command = COMMANDS[positionals[0] ?? ''];
  if (values.help || !command) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  readEnvFile();
  const config = loadConfig(temporalConfig);
  const connection = await Connection.connect(connectionOptions(config));
  try {
    await command(connection, config.TEMPORAL_NAMESPACE, values);
  } finally {
    await connection.close();
  }
}

async function status(connection: Connection, namespace: string): Promise<void> {
  const { currentBuild, ramp: ramping, builds } = await knownDeployment(connection, namespace);
  console.log(`current: ${currentBuild ?? 'none'}`);
  if (ramping) console.log(`ramping: ${ramping.build}, ${ramping.percent} percent of the new runs`);
  for (const { buildId, state, lastCurrentAt } of builds)
    console.log(
      `  ${buildId}  ${state}${lastCurrentAt ? `, last current at ${lastCurrentAt.toISOString()}` : ''}`,
    );
}

async function ramp(connection: Connection, namespace: string, values: Values): Promise<void> {
  const percent = wholeNumber('percent', values.percent, 100);
  const buildId = values.build ?? loadConfig(buildIdConfig).WORKER_BUILD_ID ?? readBuildId('worker');
  await rampBuild(connection, { namespace, buildId, percent, withinMs: WITHIN_MS });
  console.log(`build ${buildId} gets ${percent} percent of the new runs`);
}

async function rollBack(connection: Connection, namespace: string, values: Values): Promise<void> {
  const deployment = await knownDeployment(connection, namespace);
  if (deployment.ramp) {
    await endRamp(connection, namespace);
    console.log(`build ${deployment.ramp.build} gets no new runs`);
  }
  // Without a ramp there is no telling whether the last promotion is already undone.
  const buildId = values.to ?? (deployment.ramp ? deployment.currentBuild : null);
  if (!buildId) throw new Error(`name the build to go back to with --to. ${candidates(deployment)}`);
  if (buildId !== deployment.currentBuild)
    await promoteBuild(connection, { namespace, buildId, withinMs: WITHIN_MS });
  console.log(`build ${buildId} is current`);
  if (!values['take-over']) return;
  await takeOverOpenRuns(connection, { namespace, buildId });
  console.log('open runs of every other build go on with it');
}

async function undo(_: Connection, __: string, values: Values): Promise<void> {
  if (!values.build) throw new Error('name the build to undo with --build.');
  const perSecond = wholeNumber('per-second', values['per-second'] ?? String(UNDONE_PER_SECOND), 1_000);
  const config = loadConfig({ ...temporalConfig, ...databaseConfig, ...storageConfig });
  const dataSource = await createDataSource({
    url: config.DATABASE_URL,
    poolSize: 2,
    acquireTimeoutMs: config.DATABASE_ACQUIRE_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'docket-release',
  }).initialize();
  const client = createTemporalClient(config);
  try {
    const tenants = new TenantDatabase(dataSource);
    const { objects } = await createStorage(storageSettings(config));
    const undone = await undoBuild(
      {
        system: new SystemDatabase(dataSource),
        tenants,
        kinds: undoableKinds(tenants, objects),
        startRun: (run) => startRun(client, run),
      },
      { build: values.build, dryRun: values['dry-run'] ?? false, perSecond },
    );
    console.log(JSON.stringify(undone));
  } finally {
    await client.connection.close();
    await dataSource.destroy();
  }
}

/** What was current before. */
function candidates({ builds, currentBuild }: WorkerDeployment): string {
  const earlier = builds.filter(
    ({ buildId, lastCurrentAt }) => buildId !== currentBuild && lastCurrentAt !== null,
  );
  return earlier.length === 0
    ? 'No other build was ever current.'
    : `These were current before: ${earlier.map(({ buildId }) => buildId).join(', ')}.`;
}

async function knownDeployment(connection: Connection, namespace: string): Promise<WorkerDeployment> {
  const deployment = await describeDeployment(connection.workflowService, namespace);
  if (!deployment) throw new Error('this server knows no worker deployments: every worker gets work.');
  return deployment;
}

function wholeNumber(name: string, value: string | undefined, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`--${name} is a whole number from 1 to ${most}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
