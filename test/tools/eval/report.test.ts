import { describe, expect, it } from '@jest/globals';
import type { Evaluation } from '../../../tools/eval/evaluate.ts';
import type { QueryMeasures } from '../../../tools/eval/judge.ts';
import { compare } from '../../../tools/eval/report.ts';

function measures(ndcg10: number, recall5 = 0.6): QueryMeasures {
  return { ndcg10, recall5, recall10: 0.7, reciprocalRank: 0.5 };
}

function evaluation(hybrid: QueryMeasures): Evaluation {
  const part = {
    plainBm25: measures(0.5),
    stemmedBm25: measures(0.51),
    lexical: measures(0.52),
    vector: measures(0.4),
    minMax: measures(0.51),
    rankSums: measures(0.5),
    hybrid,
  };
  return { tune: { ...part, hybrid: measures(0.55) }, report: part };
}

describe('what make eval complains of', () => {
  it('is nothing when the figures are the committed ones and every target is met', () => {
    expect(compare(evaluation(measures(0.55)), evaluation(measures(0.55)))).toEqual([]);
  });

  it('is every figure that moved, in either direction', () => {
    expect(compare(evaluation(measures(0.6)), evaluation(measures(0.55)))).toEqual([
      'worse than committed: report hybrid nDCG@10 0.6 -> 0.55',
    ]);
    expect(compare(evaluation(measures(0.55)), evaluation(measures(0.6)))).toEqual([
      'better than committed: report hybrid nDCG@10 0.55 -> 0.6',
    ]);
  });

  it.each([
    ['too small a gain over plain BM25', measures(0.53), 'nDCG@10 0.53, plain BM25 0.5'],
    ['a recall@5 below plain BM25', measures(0.55, 0.5), 'recall@5 0.5 below plain BM25 0.6'],
    ['a hybrid below its best leg', measures(0.51), 'below its best leg 0.52'],
  ])('is %s, also when it was committed so', (_, hybrid, words) => {
    expect(compare(evaluation(hybrid), evaluation(hybrid)).join('\n')).toContain(words);
  });
});
