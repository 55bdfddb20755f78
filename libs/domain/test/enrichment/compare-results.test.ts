import { describe, expect, it } from '@jest/globals';
import { compareResults } from '@docket/domain/enrichment/compare';
import type { EnrichmentResult, ResultCitation } from '@docket/domain/enrichment/result';

const quote = (charStart: number, marker = 1): ResultCitation => ({
  ...{ marker, chunkId: 'c1', documentId: 'd1', title: 'Exports', sourceUrl: null },
  ...{ quote: 'At two.', charStart, charEnd: charStart + 7 },
});
const RESULT: EnrichmentResult = {
  ...{ summary: 'Asks when.', language: 'en', category: { key: 'question', confidence: 0.9 } },
  ...{
    priority: { key: 'normal', reason: 'A question.' },
    sentiment: 'neutral',
    tags: ['b', 'a'],
    team: null,
  },
  ...{ answerable: true, abstainReason: null, provider: 'anthropic', model: 'm' },
  suggestedReply: { text: 'At two. [1]', citations: [quote(0)] },
};

describe('what came out otherwise', () => {
  it('is nothing between two that say the same, whatever the order of tags and the markers', () => {
    const again = {
      ...RESULT,
      tags: ['a', 'b'],
      suggestedReply: { text: 'At two. [1]', citations: [quote(0, 2)] },
    };
    expect(compareResults(RESULT, again)).toMatchObject({ changed: [], fields: [] });
  });

  it('is named field by field, and citations by what they quote', () => {
    const other: EnrichmentResult = {
      ...RESULT,
      category: { key: 'problem', confidence: 0.9 },
      suggestedReply: { text: 'At two. [1]', citations: [quote(0), quote(50)] },
    };
    const { changed, fields, citations } = compareResults(RESULT, other);
    expect(changed).toEqual(['category', 'citations']);
    expect(fields).toEqual([{ field: 'category', before: 'question', after: 'problem' }]);
    expect(citations).toEqual({ kept: [quote(0)], added: [quote(50)], removed: [] });
  });

  it('is everything that there is, beside a failure', () => {
    const { changed, citations } = compareResults(null, RESULT);
    expect(changed).toContain('summary');
    expect(changed).not.toContain('team');
    expect(citations.added).toHaveLength(1);
  });
});
