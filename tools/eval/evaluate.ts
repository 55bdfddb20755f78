import { searchPassages, type SearchMode } from '@docket/db/passage-search';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { embedHashed, HASHED_FUSION_WEIGHT } from '@docket/domain/embedding/hashed';
import { sampleQueries, type SampleQuery } from '../client/samples.ts';
import type { StoredKnowledge } from './knowledge-base.ts';
import { judge, mean, type QueryMeasures, type Retrieved } from './judge.ts';
import { PlainBm25 } from './plain-bm25.ts';

/** Ways of searching, in the order of the table. */
export const WAYS = ['plainBm25', 'stemmedBm25', 'lexical', 'vector', 'hybrid'] as const;
export const SPLITS = ['tune', 'report'] as const;

export type Way = (typeof WAYS)[number];
export type Split = (typeof SPLITS)[number];
export type Evaluation = Record<Split, Record<Way, QueryMeasures>>;

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
  const inMode =
    (mode: SearchMode): Search =>
    async (text) => {
      const vector = { profileId: 1, values: embedHashed(text) };
      const hits = await tenants.withTenant(orgId, (tx) =>
        searchPassages(tx, { text, vector, mode, filter: {}, limit: LIMIT }, HASHED_FUSION_WEIGHT),
      );
      return hits.map((hit) => ({
        document: names.get(hit.documents[0]?.id ?? '') ?? '',
        text: hit.text,
      }));
    };
  return {
    plainBm25: async (query) => plain.search(query, LIMIT),
    stemmedBm25: async (query) => stemmed.search(query, LIMIT),
    lexical: inMode('lexical'),
    vector: inMode('vector'),
    hybrid: inMode('hybrid'),
  };
}
