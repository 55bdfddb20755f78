import { createDataSource } from '@docket/db/data-source';
import { TenantDatabase } from '@docket/db/tenant-database';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { percentile, rounded } from '../bench/percentiles.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from '../stack/temporary-postgres.ts';
import { makeLargeOrg, type LargeOrg } from './large-org.ts';
import { measureOverlap, measureRecall, measureSearch, plansOf, type BenchProfile } from './measure.ts';

// How search does in organisations of every size: `make bench-search`. Four organisations share the tables, the largest with
// 90 % of the passages, the smallest with 0.1 %. `SCALE=0.1` makes them a tenth of the size; `PLANS=1`
// writes the plan of each statement to docs/search-plans.txt, otherwise they go to .docket.

const SCALE = Number(process.env['SCALE'] ?? 1);
const SIZES = [100_000, 10_000, 1_000, 111].map((size) => Math.max(20, Math.round(size * SCALE)));
/** A dimension that paid and local embedders offer, and the share of the vector leg that `voyage` has by default. */
const PROFILE: BenchProfile = { id: 2, dimension: 384, weight: 0.3 };
const MODES = ['lexical', 'hybrid'] as const;
const REPOSITORY = resolve(import.meta.dirname, '../..');
const PLANS_FILE = join(REPOSITORY, 'docs/search-plans.txt');

async function main(): Promise<void> {
  const postgres = await startTemporaryPostgres();
  try {
    await addProfile(postgres);
    const dataSource = await createDataSource({
      url: postgres.appUrl,
      poolSize: 4,
      acquireTimeoutMs: 5_000,
      statementTimeoutMs: 120_000,
      applicationName: 'docket-bench',
    }).initialize();
    try {
      await bench(postgres, new TenantDatabase(dataSource));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await postgres.stop();
  }
}

async function bench(postgres: TemporaryPostgres, tenants: TenantDatabase): Promise<void> {
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()
      .map((load) => rounded(load))
      .join(' ')}`,
  );
  const orgs: LargeOrg[] = [];
  for (const size of SIZES)
    orgs.push(await timed(`made an org of ${size}`, () => makeLargeOrg(tenants, size, PROFILE)));
  await timed('built the index', () => buildIndex(postgres));
  await asAdmin(postgres, 'vacuum analyze');
  const recall = [];
  for (const org of orgs) recall.push(await measureRecall(tenants, org, PROFILE));
  console.table(recall);
  const overlaps = [];
  for (const org of orgs) overlaps.push(await measureOverlap(tenants, org, PROFILE));
  console.table(overlaps);
  for (const mode of MODES) for (const org of orgs) await measureWithStages(tenants, org, mode);
  await writePlans(tenants, orgs);
}

async function measureWithStages(
  tenants: TenantDatabase,
  org: LargeOrg,
  mode: (typeof MODES)[number],
): Promise<void> {
  const stages = new Map<string, number[]>();
  const row = await measureSearch(tenants, org, PROFILE, mode, (stage, _sql, _parameters, tookMs) => {
    stages.set(stage, [...(stages.get(stage) ?? []), tookMs]);
  });
  const median = [...stages].map(([stage, times]) => [stage, rounded(percentile(times, 0.5))] as const);
  console.log(JSON.stringify({ ...row, medianMsByStatement: Object.fromEntries(median) }));
}

async function writePlans(tenants: TenantDatabase, orgs: readonly LargeOrg[]): Promise<void> {
  const parts: string[] = [];
  for (const org of orgs) {
    for (const [stage, plan] of await plansOf(tenants, org, PROFILE))
      parts.push(`## ${org.passages} passages: ${stage}\n\n${plan}\n`);
  }
  const file = process.env['PLANS'] ? PLANS_FILE : join(REPOSITORY, '.docket/search-plans.txt');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, parts.join('\n'));
}

async function addProfile(postgres: TemporaryPostgres): Promise<void> {
  await asAdmin(postgres, `update embedding_profiles set state = 'retired' where id = 1`);
  await asAdmin(
    postgres,
    `insert into embedding_profiles (id, public_id, provider, model, dimension, state, fusion_weight)
     values (${PROFILE.id}, gen_random_uuid(), 'openai-compatible', 'made-up', ${PROFILE.dimension}, 'active', ${PROFILE.weight})`,
  );
}

async function buildIndex(postgres: TemporaryPostgres): Promise<void> {
  const command = join(REPOSITORY, 'libs/db/dist/commands/embedding-profile.js');
  const built = spawnSync(process.execPath, [command, 'index', String(PROFILE.id)], {
    env: { ...process.env, DATABASE_ADMIN_URL: postgres.adminUrl, DATABASE_URL: postgres.appUrl },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
}

async function asAdmin(postgres: TemporaryPostgres, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  console.log(`${what} in ${rounded((performance.now() - startedAt) / 1_000)} s`);
  return result;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
