import { describe, expect, it } from '@jest/globals';
import { judge, mean } from '../../../tools/eval/judge.ts';

const ANSWERS = [
  { document: 'a.md', quote: 'Exports run every night at two.' },
  { document: 'b.md', quote: '| Bloom | $5.40 | 10 people |' },
];
const FIRST = { document: 'a.md', text: 'Schedule: exports run\n every night at two, in UTC.' };
const SECOND = { document: 'b.md', text: 'Bloom $5.40 10 people' };
const NEITHER = { document: 'c.md', text: 'Exports run every night at two.' };

describe('the measures of one ranking', () => {
  it('are all 1 when every answer stands at the top', () => {
    expect(judge(ANSWERS, [FIRST, SECOND])).toEqual({
      ndcg10: 1,
      recall5: 1,
      recall10: 1,
      reciprocalRank: 1,
    });
  });

  it('are all 0 when nothing that was found holds an answer, also for the right words in another document', () => {
    expect(judge(ANSWERS, [NEITHER])).toEqual({ ndcg10: 0, recall5: 0, recall10: 0, reciprocalRank: 0 });
  });

  it('discount an answer by the logarithm of its place', () => {
    const [answer] = ANSWERS;
    if (!answer) throw new Error('no answer');
    expect(judge([answer], [NEITHER, NEITHER, FIRST])).toEqual({
      ndcg10: 0.5,
      recall5: 1,
      recall10: 1,
      reciprocalRank: 1 / 3,
    });
  });

  it('count an answer once, however many passages hold it', () => {
    const [answer] = ANSWERS;
    if (!answer) throw new Error('no answer');
    expect(judge([answer], [FIRST, FIRST]).ndcg10).toBe(1);
  });

  it('take a passage that holds half of the quote in one run, and none that holds less', () => {
    const [answer] = ANSWERS;
    if (!answer) throw new Error('no answer');
    expect(judge([answer], [{ document: 'a.md', text: 'every night at two.' }]).recall5).toBe(1);
    expect(judge([answer], [{ document: 'a.md', text: 'every night run exports' }]).recall5).toBe(0);
  });
});

describe('the mean', () => {
  it('is taken measure by measure', () => {
    const none = { ndcg10: 0, recall5: 0, recall10: 0, reciprocalRank: 0 };
    const all = { ndcg10: 1, recall5: 1, recall10: 1, reciprocalRank: 1 };
    expect(mean([none, all])).toEqual({ ndcg10: 0.5, recall5: 0.5, recall10: 0.5, reciprocalRank: 0.5 });
  });
});
