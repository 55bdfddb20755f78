/** A passage that answers a labelled query. */
export interface Answer {
  document: string;
  quote: string;
}

/** One result of a search, best first in its list. */
export interface Retrieved {
  document: string;
  text: string;
}

export interface QueryMeasures {
  ndcg10: number;
  recall5: number;
  recall10: number;
  reciprocalRank: number;
}

/** Places that nDCG looks at. */
const DEPTH = 10;

/** Share of a quote's words, in one run, from which a passage counts as holding it: a window may cut a quote in two. */
const ENOUGH_OF_QUOTE = 0.5;

/**
 * How good a ranking is. A passage's gain is the number of answers that it is the first to hold, so that a second
 * passage with the same answer earns nothing, and the ideal is every answer in a passage of its own from the top. One
 * passage that holds two answers could beat that ideal: nDCG is at most 1. Recall is the share of answers held by the
 * first 5 or 10 passages.
 */
export function judge(answers: readonly Answer[], retrieved: readonly Retrieved[]): QueryMeasures {
  const ranks = answers.map((answer) => rankOf(answer, retrieved));
  let gained = 0;
  for (const rank of ranks) if (rank <= DEPTH) gained += 1 / Math.log2(rank + 1);
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(answers.length, DEPTH); rank += 1) ideal += 1 / Math.log2(rank + 1);
  const within = (depth: number): number => ranks.filter((rank) => rank <= depth).length / answers.length;
  return {
    ndcg10: Math.min(1, gained / ideal),
    recall5: within(5),
    recall10: within(10),
    reciprocalRank: 1 / Math.min(...ranks),
  };
}

/** The place of the first passage that holds the answer, from 1; infinite when none does. */
function rankOf(answer: Answer, retrieved: readonly Retrieved[]): number {
  const quote = words(answer.quote);
  const index = retrieved.findIndex(
    ({ document, text }) => document === answer.document && holds(words(text), quote),
  );
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
}

function holds(passage: readonly string[], quote: readonly string[]): boolean {
  const enough = Math.ceil(quote.length * ENOUGH_OF_QUOTE);
  for (let start = 0; start < passage.length; start += 1) {
    for (let from = 0; from + enough <= quote.length; from += 1) {
      let run = 0;
      while (run < enough && quote[from + run] === passage[start + run]) run += 1;
      if (run === enough) return true;
    }
  }
  return false;
}

/** Letters and digits only: marks of Markdown, table bars and white space differ between a file and its text. */
function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The mean of each measure over queries. */
export function mean(measures: readonly QueryMeasures[]): QueryMeasures {
  const over = (pick: (one: QueryMeasures) => number): number =>
    Number((measures.reduce((sum, one) => sum + pick(one), 0) / measures.length).toFixed(4));
  return {
    ndcg10: over((one) => one.ndcg10),
    recall5: over((one) => one.recall5),
    recall10: over((one) => one.recall10),
    reciprocalRank: over((one) => one.reciprocalRank),
  };
}
