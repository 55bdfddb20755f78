import { createDataSource } from '@docket/db/data-source';
import { TenantDatabase } from '@docket/db/tenant-database';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTemporaryPostgres } from '../stack/temporary-postgres.ts';
import { compare, table } from './report.ts';
import { evaluate, type Evaluation } from './evaluate.ts';

/** The committed figures. A change of search rewrites them with `make eval UPDATE=1`, so that review sees each. */
const BASELINE_FILE = join(import.meta.dirname, '../../samples/evaluation.json');

async function main(): Promise<void> {
  const postgres = await startTemporaryPostgres();
  try {
    const dataSource = await createDataSource({
      url: postgres.appUrl,
      poolSize: 2,
      acquireTimeoutMs: 5_000,
      statementTimeoutMs: 60_000,
      applicationName: 'docket-eval',
    }).initialize();
    try {
      report(await evaluate(new TenantDatabase(dataSource)));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await postgres.stop();
  }
}

function report(evaluation: Evaluation): void {
  console.log(table(evaluation));
  if (process.argv.includes('--update')) {
    writeFileSync(BASELINE_FILE, `${JSON.stringify(evaluation, null, 2)}\n`);
    console.log(`\nwritten to samples/evaluation.json`);
    return;
  }
  const committed = JSON.parse(readFileSync(BASELINE_FILE, 'utf8')) as Evaluation;
  const complaints = compare(committed, evaluation);
  for (const complaint of complaints) console.log(complaint);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log('\nas committed in samples/evaluation.json, and every target is met');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
