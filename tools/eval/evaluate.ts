import { searchPassages, type PassageHit, type SearchMode } from '@docket/db/passage-search';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { embedHashed, HASHED_FUSION_WEIGHT } from '@docket/domain/embedding/hashed';
import { FUSION_DEPTH } from '@docket/domain/search/fusion';
import { sampleQueries, type SampleQuery } from '../client/samples.ts';
import type { StoredKnowledge } from './knowledge-base.ts';
import { judge, mean, type QueryMeasures, type Retrieved } from './judge.ts';
import { PlainBm25 } from './plain-bm25.ts';

/** Ways of searching, in the order of the table. */
export const WAYS = [
  'plainBm25',
  'stemmedBm25',
  'lexical',
  'vector',
  'hybrid',
  'minMax',
  'rankSums',
] as const;
export const SPLITS = ['tune', 'report'] as const;

export type Way = (typeof WAYS)[number];
export type Split = (typeof SPLITS)[number];
export type Evaluation = Record<Split, Record<Way, QueryMeasures>>;

/**
 * Share of the vector leg with which two ways to fuse are compared, min-max (`minMax`) and reciprocal ranks (`rankSums`):
 * one that a learned embedder would have, since the hashed one's own is 0 and leaves nothing to fuse.
 */
const COMPARED_WEIGHT = 0.3;
/** Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion". */
const RANK_CONSTANT = 60;

/** Results looked at per query; the measures look at ten. */
const LIMIT = 10;

type Search = (query: string) => Promise<Retrieved[]>;

/** Measures every way of searching over every labelled query. */
export async function evaluate(tenants: TenantDatabase, knowledge: StoredKnowledge): Promise<Evaluation> {
  const searches = prepareSearches(tenants, knowledge);
  const evaluation: Partial<Record<Split, Record<Way, QueryMeasures>>> = {};
  for (const split of SPLITS) {
    const queries = sampleQueries().filter((query) => query.split === split);
    evaluation[split] = {
      plainBm25: await measure(queries, searches.plainBm25),
      stemmedBm25: await measure(queries, searches.stemmedBm25),
      lexical: await measure(queries, searches.lexical),
      vector: await measure(queries, searches.vector),
      hybrid: await measure(queries, searches.hybrid),
      minMax: await measure(queries, searches.minMax),
      rankSums: await measure(queries, searches.rankSums),
    };
  }
  const { tune, report } = evaluation;
  if (!tune || !report) throw new Error('a part of the queries was not measured');
  return { tune, report };
}

async function measure(queries: readonly SampleQuery[], search: Search): Promise<QueryMeasures> {
  const measures: QueryMeasures[] = [];
  for (const { query, answers } of queries) measures.push(judge(answers, await search(query)));
  return mean(measures);
}

function prepareSearches(tenants: TenantDatabase, knowledge: StoredKnowledge): Record<Way, Search> {
  const { orgId, names, texts } = knowledge;
  const plain = new PlainBm25(texts, 'plain');
  const stemmed = new PlainBm25(texts, 'stemmed');
  const retrieved = ({ documents, text }: PassageHit): Retrieved => ({
    document: names.get(documents[0]?.id ?? '') ?? '',
    text,
  });
  const inMode =
    (mode: SearchMode): Search =>
    async (text) => {
      const vector = { profileId: 1, values: embedHashed(text) };
      const hits = await tenants.withTenant(orgId, (tx) =>
        searchPassages(tx, { text, vector, mode, filter: {}, limit: LIMIT }, HASHED_FUSION_WEIGHT),
      );
      return hits.map(retrieved);
    };
  const bothLegs = async (text: string): Promise<PassageHit[]> => {
    const query = { text, vector: { profileId: 1, values: embedHashed(text) }, mode: 'hybrid' as const };
    return tenants.withTenant(orgId, (tx) =>
      searchPassages(tx, { ...query, filter: {}, limit: 2 * FUSION_DEPTH }, COMPARED_WEIGHT),
    );
  };
  return {
    minMax: async (text) => (await bothLegs(text)).slice(0, LIMIT).map(retrieved),
    rankSums: async (text) =>
      byRankSums(await bothLegs(text))
        .slice(0, LIMIT)
        .map(retrieved),
    plainBm25: async (query) => plain.search(query, LIMIT),
    stemmedBm25: async (query) => stemmed.search(query, LIMIT),
    lexical: inMode('lexical'),
    vector: inMode('vector'),
    hybrid: inMode('hybrid'),
  };
}

/** The same hits in the order of their summed reciprocal ranks, the legs alike, as it is commonly done. */
function byRankSums(hits: readonly PassageHit[]): PassageHit[] {
  const share = (rank: number | null): number => (rank === null ? 0 : 1 / (RANK_CONSTANT + rank));
  const score = ({ lexicalRank, vectorRank }: PassageHit): number => share(lexicalRank) + share(vectorRank);
  return [...hits].sort((one, other) => score(other) - score(one));
}
