import { readBuildId } from '@docket/platform/build-id';
import { buildIdConfig } from '@docket/platform/config/build';
import { loadConfig, readEnvFile } from '@docket/platform/config/load';
import { temporalConfig } from '@docket/platform/config/temporal';
import { connectionOptions } from '@docket/platform/temporal/connection';
import { promoteBuild, takeOverOpenRuns } from '@docket/platform/temporal/deployment';
import { Connection } from '@temporalio/client';
import { parseArgs } from 'node:util';

/** A worker that is being started beside this command has so long to poll. */
const WITHIN_MS = 60_000;

const USAGE = `promote.js [--build ID] [--take-over]
  --build ID    the build to give new runs to; by default the one this command belongs to
  --take-over   also move open runs of every other build, whose workers are gone, to it`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { build: { type: 'string' }, 'take-over': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  readEnvFile();
  const config = loadConfig({ ...temporalConfig, ...buildIdConfig });
  const build = {
    namespace: config.TEMPORAL_NAMESPACE,
    buildId: values.build ?? config.WORKER_BUILD_ID ?? readBuildId('worker'),
  };
  const connection = await Connection.connect(connectionOptions(config));
  try {
    if (!(await promoteBuild(connection, { ...build, withinMs: WITHIN_MS }))) {
      console.log('this server knows no worker deployments: every worker gets work');
      return;
    }
    console.log(`build ${build.buildId} is current`);
    if (!values['take-over']) return;
    const left = await takeOverOpenRuns(connection, build);
    if (left.length > 0) console.log(`open runs of ${left.join(', ')} go on with it`);
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
