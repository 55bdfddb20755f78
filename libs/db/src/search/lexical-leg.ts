import { formatSparseVector } from '@docket/domain/search/sparse-vector';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { TermFrequencies } from './lexeme.repository.js';
import type { FirstLook } from './first-look.js';
import type { SearchFilter } from './visible-documents.js';

/** Passages up to which all are scanned: 10,000 take as long as the lists of a long query do. */
export const SCANNED_PASSAGES = 10_000;

/** Passages up to which the lists of every term are read. */
const EVERY_TERM_PASSAGES = 20_000;

/**
 * Above that, the share of the passages that the lists of the rarest terms may name together. The others, which say little,
 * count only in the full score of what these find.
 */
const RAREST_SHARE = 0.25;

/**
 * The best passages by BM25, found in the way that suits how many there are to look through.
 *
 * @param visible passages that the filter leaves, as far as that was counted; all of the org otherwise
 */
export async function lexicalTop(
  tx: TenantTransaction,
  weights: ReadonlyMap<number, number>,
  { byTerm, chunkTotal }: TermFrequencies,
  { filter, visible }: { filter: SearchFilter; visible: number },
  limit: number,
): Promise<FirstLook> {
  const query = formatSparseVector(weights);
  if (visible <= SCANNED_PASSAGES) return tx.search.lexicalTop(query, filter, limit);
  const terms =
    chunkTotal <= EVERY_TERM_PASSAGES ? weights : rarest(weights, byTerm, chunkTotal * RAREST_SHARE);
  return tx.postings.lexicalTop(terms, query, filter, limit);
}

/** The query's rarest terms, as many as name at most `budget` passages together, and one at least. */
function rarest(
  weights: ReadonlyMap<number, number>,
  byTerm: ReadonlyMap<number, number>,
  budget: number,
): Map<number, number> {
  const chosen = new Map<number, number>();
  let named = 0;
  const frequency = (term: number): number => byTerm.get(term) ?? 0;
  for (const [term, weight] of [...weights].sort(([one], [other]) => frequency(one) - frequency(other))) {
    if (frequency(term) === 0) continue;
    named += frequency(term);
    if (chosen.size > 0 && named > budget) break;
    chosen.set(term, weight);
  }
  return chosen;
}
