import type { EnrichmentResult } from './enrichment-result.js';
import type { DecidedState } from './enrichment-state.rules.js';

/** Of which answers a person decides before anybody uses them. */
export const APPROVAL_POLICIES = ['never', 'always', 'below_confidence'] as const;
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];

export interface Approval {
  policy: ApprovalPolicy;
  /** Over 0 up to 1; counts with `below_confidence`, and is there then. */
  confidence: number | null;
}

/** What a person may decide of a suggested reply. */
export const DECISIONS = ['approve', 'edit', 'reject'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What each makes of the enrichment. */
export const STATE_OF_DECISION = {
  approve: 'approved',
  edit: 'edited',
  reject: 'rejected',
} as const satisfies Record<Decision, DecidedState>;

/**
 * Whether somebody decides on an answer. It is as sure as the less sure of two: that the ticket is sorted right, and that
 * the passages hold an answer. An abstention suggests nothing, so there is nothing to decide.
 */
export function needsDecision(
  { policy, confidence }: Approval,
  { suggestedReply, category }: Pick<EnrichmentResult, 'suggestedReply' | 'category'>,
  retrievalConfidence: number,
): boolean {
  if (suggestedReply === null || policy === 'never') return false;
  if (policy === 'always') return true;
  return Math.min(category.confidence, retrievalConfidence) < (confidence ?? 1);
}
