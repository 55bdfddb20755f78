import { parseContent } from '@docket/adapters/parsing/parse-content';
import { searchPassages, type SearchMode } from '@docket/db/passage-search';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { embedHashed, HASHED_FUSION_WEIGHT } from '@docket/domain/embedding/hashed';
import { randomUUID } from 'node:crypto';
import { knowledgeBase, sampleQueries, type SampleQuery } from '../client/samples.ts';
import { judge, mean, type QueryMeasures, type Retrieved } from './judge.ts';
import { PlainBm25 } from './plain-bm25.ts';
import { storeFile } from './store-file.ts';

/** Ways of searching, in the order of the table. */
export const WAYS = ['plainBm25', 'stemmedBm25', 'lexical', 'vector', 'hybrid'] as const;
export const SPLITS = ['tune', 'report'] as const;

export type Way = (typeof WAYS)[number];
export type Split = (typeof SPLITS)[number];
export type Evaluation = Record<Split, Record<Way, QueryMeasures>>;

/** Results looked at per query; the measures look at ten. */
const LIMIT = 10;

type Search = (query: string) => Promise<Retrieved[]>;

/** Stores the samples in a fresh org and measures every way of searching over every labelled query. */
export async function evaluate(tenants: TenantDatabase): Promise<Evaluation> {
  const searches = await prepareSearches(tenants);
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

async function prepareSearches(tenants: TenantDatabase): Promise<Record<Way, Search>> {
  const orgId = randomUUID();
  await tenants.withTenant(orgId, (tx) => tx.orgs.create('evaluation'));
  const names = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const file of knowledgeBase()) {
    names.set(await storeFile(tenants, orgId, file), file.fileName);
    const options = {
      language: 'auto',
      hashedVectorsUpTo: 0,
      maxTextCharacters: 1_000_000,
      maxChunks: 10_000,
    };
    texts.set(file.fileName, (await parseContent(file.bytes, file, options)).text);
  }
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
