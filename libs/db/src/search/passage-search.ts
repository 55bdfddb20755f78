import { CHARACTER_SHARE, characterSimilarities } from '@docket/domain/search/character-similarity';
import { fuse, FUSION_DEPTH, type ScoredHit } from '@docket/domain/search/fusion';
import { foldNearDuplicates } from '@docket/domain/search/near-duplicates';
import { inverseDocumentFrequency, queryWeights, termId } from '@docket/domain/search/lexical';
import { EXPANSION_DEFAULTS, expandQuery } from '@docket/domain/search/query-expansion';
import { formatSparseVector, parseSparseVector } from '@docket/domain/search/sparse-vector';
import {
  ANALYSER_LANGUAGES,
  analyseQuery,
  DEFAULT_LANGUAGE,
  languageTerm,
  queryVocabulary,
} from '@docket/domain/text/analyser';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import { halfVector } from '../documents/half-vector.js';
import { lexicalTop } from './lexical-leg.js';
import type { LegHit, PassageRow, SearchFilter } from './search.repository.js';

export type SearchMode = 'hybrid' | 'lexical' | 'vector';

export interface PassageQuery {
  text: string;
  /** The query under the active profile; null where the lexical leg stands alone. */
  vector: { profileId: number; values: Float32Array } | null;
  mode: SearchMode;
  filter: SearchFilter;
  limit: number;
  /** One hit for passages that say the same, as a reader wants it; evidence is judged passage by passage. */
  foldsDuplicates?: boolean;
}

export interface PassageHit extends PassageRow {
  score: number;
  /** Place in each leg from 1; null where the leg did not find it or did not run. */
  lexicalRank: number | null;
  vectorRank: number | null;
  /** Passages that say the same and came behind this one. */
  similar: string[];
}

/** Passages that the expanded query scores anew; fusion and re-ranking look at the best of these. */
const LEXICAL_DEPTH = 300;

/**
 * Finds passages within an open tenant transaction: BM25 with query expansion and character re-ranking, the vector leg,
 * and their fusion. The query's vector is made before the transaction is opened.
 *
 * @param vectorWeight share of the vector leg in a hybrid search; measured per profile
 */
export async function searchPassages(
  tx: TenantTransaction,
  query: PassageQuery,
  vectorWeight: number,
): Promise<PassageHit[]> {
  const lexical = query.mode === 'vector' ? [] : await lexicalLeg(tx, query);
  const vector = await vectorLeg(tx, query, vectorWeight);
  const rows = await tx.search.passages(unique([...lexical, ...vector]), query.filter);
  const reranked = rerankByCharacters(query.text, lexical, rows);
  const fused = fuse([
    { weight: query.mode === 'hybrid' ? 1 - vectorWeight : 1, hits: reranked },
    { weight: query.mode === 'vector' ? 1 : vectorWeight, hits: vector },
  ]);
  const lexicalRanks = ranksOf(reranked);
  const vectorRanks = ranksOf(vector);
  const scores = new Map(fused.map(({ id, score }) => [id, score]));
  const shown = fused.flatMap(({ id }) => rows.get(id) ?? []);
  const folded = query.foldsDuplicates
    ? foldNearDuplicates(
        shown.map(({ chunkId, text }) => ({ id: chunkId, text })),
        query.limit,
      )
    : shown.slice(0, query.limit).map(({ chunkId }) => ({ id: chunkId, folded: [] }));
  return folded.flatMap(({ id, folded: similar }) => {
    const row = rows.get(id);
    if (!row) return [];
    const ranks = { lexicalRank: lexicalRanks.get(id) ?? null, vectorRank: vectorRanks.get(id) ?? null };
    return [{ ...row, score: scores.get(id) ?? 0, similar, ...ranks }];
  });
}

async function lexicalLeg(tx: TenantTransaction, query: PassageQuery): Promise<LegHit[]> {
  // One look at the counts tells which languages the org has and how common the words are, in whatever language.
  const vocabulary = queryVocabulary(query.text);
  if (vocabulary.length === 0) return [];
  const { chunkTotal, byTerm } = await tx.lexemes.frequencies([
    ...ANALYSER_LANGUAGES.map(languageTerm),
    ...vocabulary.map(termId),
  ]);
  // What the rules of no language fit, and what was indexed before there were others, is read by the default's.
  const languages = ANALYSER_LANGUAGES.filter(
    (language) => language === DEFAULT_LANGUAGE || (byTerm.get(languageTerm(language)) ?? 0) > 0,
  );
  const weights = queryWeights(analyseQuery(query.text, languages), byTerm, chunkTotal);
  if (weights.size === 0) return [];
  const first = await lexicalTop(tx, weights, { chunkTotal, byTerm }, query.filter, LEXICAL_DEPTH);
  if (first.length === 0) return [];
  const expanded = await expand(tx, weights, first);
  const rescored = await tx.search.lexicalScores(
    formatSparseVector(expanded),
    first.map(({ id }) => id),
  );
  return rescored.slice(0, FUSION_DEPTH);
}

/** RM3: the terms that the best passages share join the query, weighed by how rare they are in the org. */
async function expand(
  tx: TenantTransaction,
  weights: ReadonlyMap<number, number>,
  first: readonly LegHit[],
): Promise<Map<number, number>> {
  const feedback = first.slice(0, EXPANSION_DEFAULTS.passages);
  const stored = await tx.search.lexicalWeights(feedback.map(({ id }) => id));
  const passages = feedback.map(({ id, score }) => ({
    score,
    weights: parseSparseVector(stored.get(id) ?? '{}/1'),
  }));
  const terms = new Set(passages.flatMap((passage) => [...passage.weights.keys()]));
  const { chunkTotal, byTerm } = await tx.lexemes.frequencies([...terms]);
  return expandQuery(weights, passages, (term) =>
    inverseDocumentFrequency(byTerm.get(term) ?? 0, chunkTotal),
  );
}

async function vectorLeg(
  tx: TenantTransaction,
  query: PassageQuery,
  vectorWeight: number,
): Promise<LegHit[]> {
  const wanted = query.mode === 'vector' || (query.mode === 'hybrid' && vectorWeight > 0);
  if (!wanted || !query.vector) return [];
  return tx.search.vectorTop(
    query.vector.profileId,
    halfVector(query.vector.values),
    query.filter,
    FUSION_DEPTH,
  );
}

/** The lexical hits in the order of BM25 and character n-gram similarity together. */
function rerankByCharacters(
  text: string,
  hits: readonly LegHit[],
  rows: ReadonlyMap<string, PassageRow>,
): ScoredHit[] {
  if (hits.length === 0) return [];
  const similarities = characterSimilarities(
    text,
    hits.map(({ id }) => {
      const row = rows.get(id);
      return {
        title: row?.documents[0]?.title ?? '',
        headings: row?.sectionPath ?? [],
        text: row?.text ?? '',
      };
    }),
  );
  return fuse([
    { weight: 1 - CHARACTER_SHARE, hits },
    { weight: CHARACTER_SHARE, hits: hits.map(({ id }, index) => ({ id, score: similarities[index] ?? 0 })) },
  ]);
}

function unique(hits: readonly LegHit[]): string[] {
  return [...new Set(hits.map(({ id }) => id))];
}

function ranksOf(hits: readonly ScoredHit[]): Map<string, number> {
  return new Map(hits.map(({ id }, index) => [id, index + 1]));
}
