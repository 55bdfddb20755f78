import { halfVector } from '@docket/db/half-vector';
import { lexicalTop } from '@docket/db/lexical-leg';
import { searchPassages } from '@docket/db/passage-search';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { queryWeights, termId } from '@docket/domain/search/lexical';
import { formatSparseVector } from '@docket/domain/search/sparse-vector';
import { analyseQuery } from '@docket/domain/text/analyser';
import { percentile, rounded } from '../bench/percentiles.ts';
import type { LargeOrg } from './large-org.ts';
import { observed, type Observe } from './observed-transaction.ts';
import { queries, QUERIES, WARM_UP } from './queries.ts';

export interface BenchProfile {
  id: number;
  dimension: number;
  weight: number;
}

export interface RecallRow {
  passages: number;
  recallAt10: number;
  exactP50Ms: number;
  exactP95Ms: number;
  indexP50Ms: number;
  indexP95Ms: number;
}

/** The vector leg by index against the exact scan, as the application role under the tenant's policies. */
export async function measureRecall(
  tenants: TenantDatabase,
  { orgId, passages }: LargeOrg,
  { id, dimension }: BenchProfile,
): Promise<RecallRow> {
  const times: Record<'exact' | 'index', number[]> = { exact: [], index: [] };
  let same = 0;
  let wanted = 0;
  let asked = 0;
  for (const { values } of queries(dimension, WARM_UP + QUERIES, 1)) {
    const found: Record<'exact' | 'index', string[]> = { exact: [], index: [] };
    for (const way of ['exact', 'index'] as const) {
      const startedAt = performance.now();
      const hits = await tenants.withTenant(orgId, (tx) =>
        tx.search.vectorTop(id, halfVector(values), {}, 10, way),
      );
      if (asked >= WARM_UP) times[way].push(performance.now() - startedAt);
      found[way] = hits.map((hit) => hit.id);
    }
    asked += 1;
    wanted += found.exact.length;
    same += found.exact.filter((hit) => found.index.includes(hit)).length;
  }
  return {
    passages,
    recallAt10: rounded(same / wanted, 4),
    exactP50Ms: rounded(percentile(times.exact, 0.5)),
    exactP95Ms: rounded(percentile(times.exact, 0.95)),
    indexP50Ms: rounded(percentile(times.index, 0.5)),
    indexP95Ms: rounded(percentile(times.index, 0.95)),
  };
}

export interface OverlapRow {
  passages: number;
  overlapAt10: number;
}

/** How many of a scan's ten best passages the lists find, and in which share of the queries all. */
export async function measureOverlap(
  tenants: TenantDatabase,
  { orgId, passages }: LargeOrg,
  { dimension }: BenchProfile,
): Promise<OverlapRow> {
  let [same, wanted] = [0, 0];
  for (const { text } of queries(dimension, QUERIES, 4)) {
    await tenants.withTenant(orgId, async (tx) => {
      const terms = analyseQuery(text, ['en']);
      const frequencies = await tx.lexemes.frequencies([...new Set(terms.map(termId))]);
      const weights = queryWeights(terms, frequencies.byTerm, frequencies.chunkTotal);
      const { hits: scanned } = await tx.search.lexicalTop(formatSparseVector(weights), {}, 10);
      const all = { filter: {}, visible: frequencies.chunkTotal };
      const { hits } = await lexicalTop(tx, weights, frequencies, all, 300);
      const found = hits.slice(0, 10).map(({ id }) => id);
      wanted += scanned.length;
      same += scanned.filter(({ id }) => found.includes(id)).length;
    });
  }
  return { passages, overlapAt10: rounded(same / wanted, 4) };
}

/** Lists of ids and terms, and vectors, say nothing in a plan. */
function readable(plan: string): string {
  return plan.replace(/'[[{][^']{60,}'/gu, "'…'").replace(/'\\x[^']{60,}'/gu, "'…'");
}

/** The plan of each statement of one search, run as the application role in the same transaction. */
export async function plansOf(
  tenants: TenantDatabase,
  { orgId }: LargeOrg,
  profile: BenchProfile,
): Promise<Map<string, string>> {
  const plans = new Map<string, string>();
  for (const { text, values } of queries(profile.dimension, 1, 3)) {
    await tenants.withTenant(orgId, async (tx) => {
      const explain: Observe = async (stage, sql, parameters) => {
        const rows: { 'QUERY PLAN': string }[] = await tx.manager.query(
          `explain (analyze, costs off, timing off, summary off, buffers off) ${sql}`,
          parameters,
        );
        plans.set(stage, readable(rows.map((row) => row['QUERY PLAN']).join('\n')));
      };
      const query = { text, vector: { profileId: profile.id, values }, filter: {}, limit: 10 };
      await searchPassages(observed(tx, explain), { ...query, mode: 'hybrid' }, profile.weight);
    });
  }
  return plans;
}
