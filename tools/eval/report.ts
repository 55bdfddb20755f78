import { SPLITS, WAYS, type Evaluation } from './evaluate.ts';
import type { QueryMeasures } from './judge.ts';

const COLUMNS = ['ndcg10', 'recall5', 'recall10', 'reciprocalRank'] as const;
const HEADINGS: Record<(typeof COLUMNS)[number], string> = {
  ndcg10: 'nDCG@10',
  recall5: 'recall@5',
  recall10: 'recall@10',
  reciprocalRank: 'MRR',
};

/** What a hybrid search must have over plain BM25 on the part that is only reported. */
const LEAST_GAIN = 0.04;

/** A change below the fourth digit that is kept is rounding. */
const ROUNDING = 0.00005;

export function table(evaluation: Evaluation): string {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index < 2 ? cell.padEnd(11) : cell.padStart(10))).join(' ');
  const rows = SPLITS.flatMap((split) =>
    WAYS.map((way) =>
      line([split, way, ...COLUMNS.map((column) => evaluation[split][way][column].toFixed(3))]),
    ),
  );
  return [line(['part', 'search', ...COLUMNS.map((column) => HEADINGS[column])]), ...rows].join('\n');
}

/** What is otherwise than committed, and what misses its target. Empty when there is nothing to say. */
export function compare(committed: Evaluation, now: Evaluation): string[] {
  return [...differences(committed, now), ...missedTargets(now)];
}

function differences(committed: Evaluation, now: Evaluation): string[] {
  return SPLITS.flatMap((split) =>
    WAYS.flatMap((way) =>
      COLUMNS.flatMap((column) => {
        const before = committed[split][way][column];
        const after = now[split][way][column];
        if (Math.abs(after - before) < ROUNDING) return [];
        const verdict = after < before ? 'worse' : 'better';
        return [`${verdict} than committed: ${split} ${way} ${HEADINGS[column]} ${before} -> ${after}`];
      }),
    ),
  );
}

function missedTargets({ report: { plainBm25, lexical, vector, hybrid } }: Evaluation): string[] {
  const missed: string[] = [];
  if (hybrid.ndcg10 < plainBm25.ndcg10 + LEAST_GAIN) {
    missed.push(
      `target missed: hybrid nDCG@10 ${hybrid.ndcg10}, plain BM25 ${plainBm25.ndcg10} + ${LEAST_GAIN}`,
    );
  }
  if (hybrid.recall5 < plainBm25.recall5) {
    missed.push(`target missed: hybrid recall@5 ${hybrid.recall5} below plain BM25 ${plainBm25.recall5}`);
  }
  const best = Math.max(...[lexical, vector].map(({ ndcg10 }: QueryMeasures) => ndcg10));
  if (hybrid.ndcg10 < best) {
    missed.push(`target missed: hybrid nDCG@10 ${hybrid.ndcg10} below its best leg ${best}`);
  }
  return missed;
}
