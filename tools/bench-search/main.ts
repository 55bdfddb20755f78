import { createDataSource } from '@docket/db/data-source';
import { TenantDatabase } from '@docket/db/tenant-database';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { rounded } from '../bench/percentiles.ts';
import { createOrg, newOrgClient } from '../client/create-org.ts';
import type { LocalStack } from '../stack/up.ts';
import { startEmbeddingStandIn } from './embedding-stand-in.ts';
import { fillOrg, type LargeOrg } from './large-org.ts';
import { vectorOf } from './made-up-text.ts';
import { duringIngest, keepVectors, measureApi, StageMeans } from './measure-api.ts';
import { measureOverlap, measureRecall, plansOf, type BenchProfile } from './measure.ts';
import { onOwnStack } from './own-stack.ts';
import { queries, QUERIES, WARM_UP, type MadeUpQuery } from './queries.ts';

// How search does in organisations of every size: `make bench-search`. Four organisations share the tables of a stack of
// their own, the largest with 90 % of the passages, the smallest with 0.1 %. `SCALE=0.1` makes them a tenth of the size;
// `PLANS=1` writes the plan of each statement to docs/search-plans.txt, otherwise they go to .docket.

const SCALE = Number(process.env['SCALE'] ?? 1);
const SIZES = [100_000, 10_000, 1_000, 111].map((size) => Math.max(20, Math.round(size * SCALE)));
/** A dimension that paid and local embedders offer, and the share of the vector leg that `voyage` has by default. */
const PROFILE: BenchProfile = { id: 2, dimension: 384, weight: 0.3 };
const PROVIDER = { EMBEDDING_PROVIDER: 'openai-compatible', EMBEDDING_MODEL: 'made-up' };
const REPOSITORY = resolve(import.meta.dirname, '../..');
const PLANS_FILE = join(REPOSITORY, 'docs/search-plans.txt');

/** Of each mode its own, for idle and for busy ones, so that no page is warm because another mode asked for it. */
const QUESTIONS = questionsFrom(2);
const QUESTIONS_DURING_INGEST = questionsFrom(12);

function questionsFrom(seed: number): Record<'lexical' | 'vector' | 'hybrid', MadeUpQuery[]> {
  const of = (place: number): MadeUpQuery[] => queries(PROFILE.dimension, WARM_UP + QUERIES, seed + place);
  return { lexical: of(0), vector: of(1), hybrid: of(2) };
}

async function main(): Promise<void> {
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()
      .map((load) => rounded(load))
      .join(' ')}`,
  );
  const vectors = new Map(
    [QUESTIONS, QUESTIONS_DURING_INGEST]
      .flatMap((questions) => Object.values(questions).flat())
      .map(({ text, values }) => [text, values]),
  );
  const anyVector = vectorOf(0, PROFILE.dimension, () => 0.5);
  const embeddings = await startEmbeddingStandIn((text) => vectors.get(text) ?? anyVector);
  try {
    const variables = {
      ...PROVIDER,
      EMBEDDING_DIMENSION: String(PROFILE.dimension),
      EMBEDDING_URL: embeddings.url,
    };
    await onOwnStack(variables, (stack) => bench(stack));
  } finally {
    await embeddings.close();
  }
}

async function bench(stack: LocalStack): Promise<void> {
  await addProfile(stack);
  const dataSource = await createDataSource({
    url: stack.databaseUrl,
    poolSize: 4,
    acquireTimeoutMs: 5_000,
    statementTimeoutMs: 120_000,
    applicationName: 'docket-bench',
  }).initialize();
  try {
    const tenants = new TenantDatabase(dataSource);
    const orgs = await makeOrgs(stack, tenants);
    await benchLegs(tenants, orgs);
    await benchApi(stack, orgs);
    await writePlans(tenants, orgs);
  } finally {
    await dataSource.destroy();
  }
}

async function makeOrgs(stack: LocalStack, tenants: TenantDatabase): Promise<LargeOrg[]> {
  const orgs: LargeOrg[] = [];
  for (const passages of SIZES) {
    const { orgId, apiKey } = await createOrg(`${passages} passages`, stack.environment);
    const org = { orgId: parseTypeId('org', orgId) ?? orgId, apiKey, passages };
    await timed(`filled an org with ${passages}`, () => fillOrg(tenants, org, PROFILE));
    orgs.push(org);
  }
  await timed('built the index', () => buildIndex(stack));
  await asAdmin(stack, 'vacuum analyze');
  return orgs;
}

async function benchLegs(tenants: TenantDatabase, orgs: readonly LargeOrg[]): Promise<void> {
  const recall = [];
  for (const org of orgs) recall.push(await measureRecall(tenants, org, PROFILE));
  console.table(recall);
  const overlaps = [];
  for (const org of orgs) overlaps.push(await measureOverlap(tenants, org, PROFILE));
  console.table(overlaps);
}

async function benchApi(stack: LocalStack, orgs: readonly LargeOrg[]): Promise<void> {
  const { apiUrl } = stack;
  const measured = orgs.slice(0, -1);
  const [smallest] = orgs.slice(-1);
  if (!smallest) throw new Error('there is no organisation');
  for (const questions of [QUESTIONS, QUESTIONS_DURING_INGEST])
    await keepVectors(apiUrl, smallest, [...questions.vector, ...questions.hybrid]);
  console.log('POST /v1/search, nothing else running');
  console.table(await measureApi(apiUrl, measured, QUESTIONS));
  const docket = await newOrgClient(stack, 'documents come in');
  const busy = await duringIngest(docket, () => measureApi(apiUrl, measured, QUESTIONS_DURING_INGEST));
  console.log(`the same while ${busy.documentsPerSecond} documents a second are ingested`);
  console.table(busy.result);
  for (const org of measured) {
    const before = await StageMeans.read(apiUrl);
    await measureApi(apiUrl, [org], { lexical: [], vector: [], hybrid: QUESTIONS.hybrid });
    const means = (await StageMeans.read(apiUrl)).since(before);
    console.log(`mean ms by stage, hybrid, ${org.passages} passages: ${JSON.stringify(means)}`);
  }
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

async function addProfile(stack: LocalStack): Promise<void> {
  await asAdmin(stack, `update embedding_profiles set state = 'retired' where id = 1`);
  await asAdmin(
    stack,
    `insert into embedding_profiles (id, public_id, provider, model, dimension, state, fusion_weight)
     values (${PROFILE.id}, gen_random_uuid(), 'openai-compatible', 'made-up', ${PROFILE.dimension}, 'active', ${PROFILE.weight})`,
  );
}

async function buildIndex(stack: LocalStack): Promise<void> {
  const command = join(REPOSITORY, 'libs/db/dist/commands/embedding-profile.js');
  const built = spawnSync(process.execPath, [command, 'index', String(PROFILE.id)], {
    env: { ...process.env, DATABASE_ADMIN_URL: stack.databaseAdminUrl, DATABASE_URL: stack.databaseUrl },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
}

async function asAdmin(stack: LocalStack, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: stack.databaseAdminUrl });
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
