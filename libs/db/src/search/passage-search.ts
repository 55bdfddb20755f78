import { CHARACTER_SHARE, characterSimilarities } from '@docket/domain/search/character-similarity';
import { fuse, FUSION_DEPTH, type ScoredHit } from '@docket/domain/search/fusion';
import { foldNearDuplicates } from '@docket/domain/search/near-duplicates';
import { inverseDocumentFrequency, queryWeights, termId } from '@docket/domain/search/lexical';
import { expandQuery } from '@docket/domain/search/query-expansion';
import { formatSparseVector } from '@docket/domain/search/sparse-vector';
import {
  ANALYSER_LANGUAGES,
  analyseQuery,
  DEFAULT_LANGUAGE,
  languageTerm,
  queryVocabulary,
} from '@docket/domain/text/analyser';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import { halfVector } from '../documents/half-vector.js';
import { lexicalTop, SCANNED_PASSAGES } from './lexical-leg.js';
import type { TermFrequencies } from './lexeme.repository.js';
import type { LegHit, PassageRow, SearchFilter } from './search.repository.js';
import type { StageClock } from './stage-clock.js';

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

/**
 * Passages up to which all vectors are compared. Postgres itself prefers that up to 10,000 of 384 dimensions; more
 * dimensions move the crossing down (`make bench-search`).
 */
const EXACT_VECTOR_PASSAGES = 10_000;

/** Passages that the expanded query scores anew; fusion and re-ranking look at the best of these. */
const LEXICAL_DEPTH = 300;

/**
 * Finds passages within an open tenant transaction: BM25 with query expansion and character re-ranking, the vector leg,
 * and their fusion. The query's vector is made before the transaction is opened.
 *
 * @param vectorWeight share of the vector leg in a hybrid search; measured per profile
 * @param clock is told the end of each stage
 */
export async function searchPassages(
  tx: TenantTransaction,
  query: PassageQuery,
  vectorWeight: number,
  clock?: StageClock,
): Promise<PassageHit[]> {
  const { lexical, vector } = await runLegs(tx, query, vectorWeight, clock);
  const rows = await tx.search.passages(unique([...lexical, ...vector]), query.filter);
  clock?.end('passages');
  const reranked = rerankByCharacters(query.text, lexical, rows);
  clock?.end('characters');
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
  clock?.end('fusion');
  return folded.flatMap(({ id, folded: similar }) => {
    const row = rows.get(id);
    if (!row) return [];
    const ranks = { lexicalRank: lexicalRanks.get(id) ?? null, vectorRank: vectorRanks.get(id) ?? null };
    return [{ ...row, score: scores.get(id) ?? 0, similar, ...ranks }];
  });
}

async function runLegs(
  tx: TenantTransaction,
  query: PassageQuery,
  vectorWeight: number,
  clock?: StageClock,
): Promise<{ lexical: LegHit[]; vector: LegHit[] }> {
  // One look at the counts tells how many passages there are, which languages the org has and how common the words are, in
  // whatever language.
  const vocabulary = query.mode === 'vector' ? [] : queryVocabulary(query.text);
  const terms =
    vocabulary.length === 0 ? [] : [...ANALYSER_LANGUAGES.map(languageTerm), ...vocabulary.map(termId)];
  const frequencies = await tx.lexemes.frequencies(terms);
  const visible = await countVisible(tx, query.filter, frequencies.chunkTotal);
  clock?.end('frequencies');
  const lexical = terms.length === 0 ? [] : await lexicalLeg(tx, query, frequencies, visible, clock);
  const vector = await vectorLeg(tx, query, vectorWeight, visible);
  clock?.end('vectors');
  return { lexical, vector };
}

/**
 * Passages that the filter leaves, which the legs choose their ways by: counted only where that could change the choice.
 * Passages of versions before the current one count among all.
 */
async function countVisible(
  tx: TenantTransaction,
  filter: SearchFilter,
  chunkTotal: number,
): Promise<number> {
  const isSmall = chunkTotal <= Math.min(SCANNED_PASSAGES, EXACT_VECTOR_PASSAGES);
  return isSmall || Object.keys(filter).length === 0 ? chunkTotal : tx.search.countVisible(filter);
}

async function lexicalLeg(
  tx: TenantTransaction,
  { text, filter }: PassageQuery,
  frequencies: TermFrequencies,
  visible: number,
  clock?: StageClock,
): Promise<LegHit[]> {
  const { chunkTotal, byTerm } = frequencies;
  // What the rules of no language fit, and what was indexed before there were others, is read by the default's.
  const languages = ANALYSER_LANGUAGES.filter(
    (language) => language === DEFAULT_LANGUAGE || (byTerm.get(languageTerm(language)) ?? 0) > 0,
  );
  const weights = queryWeights(analyseQuery(text, languages), byTerm, chunkTotal);
  clock?.end('analysis');
  if (weights.size === 0) return [];
  const first = await lexicalTop(tx, weights, frequencies, { filter, visible }, LEXICAL_DEPTH);
  clock?.end('first_look');
  if (first.hits.length === 0) return [];
  // RM3: the terms that the best passages share join the query, weighed by how rare they are in the org.
  const expanded = expandQuery(weights, first.feedback, (term) =>
    inverseDocumentFrequency(first.byTerm.get(term) ?? 0, chunkTotal),
  );
  const rescored = await tx.search.lexicalScores(
    formatSparseVector(expanded),
    first.hits.map(({ id }) => id),
  );
  clock?.end('second_look');
  return rescored.slice(0, FUSION_DEPTH);
}

async function vectorLeg(
  tx: TenantTransaction,
  { mode, vector, filter }: PassageQuery,
  vectorWeight: number,
  visible: number,
): Promise<LegHit[]> {
  const wanted = mode === 'vector' || (mode === 'hybrid' && vectorWeight > 0);
  if (!wanted || !vector) return [];
  const way = visible <= EXACT_VECTOR_PASSAGES ? 'exact' : 'index';
  return tx.search.vectorTop(vector.profileId, halfVector(vector.values), filter, FUSION_DEPTH, way);
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
