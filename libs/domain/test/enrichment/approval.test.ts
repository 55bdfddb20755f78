import { describe, expect, it } from '@jest/globals';
import { needsDecision, type Approval } from '@docket/domain/enrichment/approval';

const reply = { text: 'At two. [1]', citations: [] };
const sure = { suggestedReply: reply, category: { key: 'question', confidence: 0.9 } };
const below = (confidence: number): Approval => ({ policy: 'below_confidence', confidence });

describe('whether people decide on an answer', () => {
  it('is up to the policy', () => {
    expect(needsDecision({ policy: 'never', confidence: null }, sure, 0)).toBe(false);
    expect(needsDecision({ policy: 'always', confidence: null }, sure, 1)).toBe(true);
  });

  it('goes by the less sure of sorting and retrieval', () => {
    expect(needsDecision(below(0.7), sure, 0.8)).toBe(false);
    expect(needsDecision(below(0.7), sure, 0.6)).toBe(true);
    expect(needsDecision(below(0.95), sure, 1)).toBe(true);
  });

  it('is no question for an abstention', () => {
    const abstained = { ...sure, suggestedReply: null };
    expect(needsDecision({ policy: 'always', confidence: null }, abstained, 0)).toBe(false);
  });
});
