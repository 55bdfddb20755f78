import { createModelChain } from '@docket/adapters/language-model/chain';
import { createDataSource } from '@docket/db/data-source';
import { TenantDatabase } from '@docket/db/tenant-database';
import { loadConfig } from '@docket/platform/config/load';
import { modelsConfig } from '@docket/platform/config/models';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callerEnvironment } from '../stack/environment.ts';
import { startTemporaryPostgres } from '../stack/temporary-postgres.ts';
import { evaluateTickets, type EvaluatedTickets } from './evaluate-tickets.ts';
import { evaluate, SPLITS, type Evaluation } from './evaluate.ts';
import { storeKnowledgeBase } from './knowledge-base.ts';
import { compareTickets, curveTable, latencyLine, ticketTable } from './report-tickets.ts';
import { compare, table } from './report.ts';
import type { TicketEvaluation } from './ticket-measures.ts';

/** The committed figures. A change rewrites them with `make eval UPDATE=1`, so that review sees each. */
const REPOSITORY = join(import.meta.dirname, '../..');
const SEARCH_FILE = join(REPOSITORY, 'samples/evaluation.json');
const TICKETS_FILE = join(REPOSITORY, 'samples/ticket-evaluation.json');

interface Evaluated {
  search: Evaluation;
  tickets: EvaluatedTickets[];
}

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
      report(await evaluateAll(new TenantDatabase(dataSource)));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await postgres.stop();
  }
}

async function evaluateAll(tenants: TenantDatabase): Promise<Evaluated> {
  const knowledge = await storeKnowledgeBase(tenants);
  const search = await evaluate(tenants, knowledge);
  const tickets: EvaluatedTickets[] = [];
  for (const provider of providers()) {
    const settings = {
      ...loadConfig(modelsConfig, callerEnvironment(REPOSITORY)),
      MODEL_PROVIDERS: provider,
    };
    for (const model of createModelChain(settings))
      tickets.push(await evaluateTickets(tenants, knowledge, model));
  }
  return { search, tickets };
}

/** `--providers=extractive,anthropic`. Without it nothing is asked that costs money, whatever key is set. */
function providers(): string[] {
  const named = process.argv.find((argument) => argument.startsWith('--providers='))?.split('=')[1];
  return (named ?? 'extractive').split(',');
}

function report({ search, tickets }: Evaluated): void {
  console.log(table(search));
  for (const { evaluation, judged } of tickets) {
    console.log(ticketTable(evaluation));
    for (const split of SPLITS) console.log(curveTable(split, judged[split]));
    console.log(latencyLine([...judged.tune, ...judged.report]));
  }
  const measured = Object.assign({}, ...tickets.map(({ evaluation }) => evaluation)) as TicketEvaluation;
  const committed = readTickets();
  if (process.argv.includes('--update')) {
    writeFileSync(SEARCH_FILE, `${JSON.stringify(search, null, 2)}\n`);
    writeFileSync(TICKETS_FILE, `${JSON.stringify({ ...committed, ...measured }, null, 2)}\n`);
    console.log(`\nwritten to samples/evaluation.json and samples/ticket-evaluation.json`);
    return;
  }
  const complaints = [
    ...compare(JSON.parse(readFileSync(SEARCH_FILE, 'utf8')) as Evaluation, search),
    ...compareTickets(committed, measured),
  ];
  for (const complaint of complaints) console.log(complaint);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log('\nas committed in samples, and every target is met');
}

function readTickets(): TicketEvaluation {
  return JSON.parse(readFileSync(TICKETS_FILE, 'utf8')) as TicketEvaluation;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
