import { QUEUES } from '@docket/domain/run/queues-rules';
import { TypedSearchAttributes } from '@temporalio/common';
import { searchAttributes } from '../search-attributes.js';

/** What the world outside needs to change the embedding profile and to talk to the change. */

export const REEMBEDDING = 'reembedding';

export interface ReembeddingInput {
  schemaVersion: 1;
  /** The profile to build and switch to: its number, and its public id. */
  profileId: number;
  profile: string;
  /** Milliseconds after the switch for which the profile before is kept complete, so that going back is one update. */
  rollBackWindowMs: number;
  /** Vectors made and whether it was paused, by the executions that this one continues. */
  embedded: number;
  paused: boolean;
}

export interface ReembeddingResult {
  schemaVersion: 1;
  outcome: 'completed' | 'cancelled' | 'rolled_back' | 'nothing_to_do';
  embedded: number;
}

/** Signals. Each may come twice, or too late to mean anything. */
export const PAUSE = 'pause';
export const RESUME = 'resume';
export const CANCEL = 'cancel';
export const ROLL_BACK = 'rollBack';
export interface ReembeddingSignal {
  schemaVersion: 1;
}

/** Query `progress`. */
export const REEMBEDDING_PROGRESS = 'progress';
export interface ReembeddingProgress {
  schemaVersion: 1;
  state: 'building' | 'paused' | 'standby' | 'rolling_back' | 'removing' | 'ended';
  embedded: number;
  /** Why it paused by itself: what the embedder refused. Resume when that is mended. */
  error: string | null;
}

/** One change of a profile at a time: a second start finds the first. */
export function reembeddingWorkflowId(profile: string): string {
  return `reembedding:${profile}`;
}

/** A start that finds the change under way when there is one. It has no run in `runs`: it belongs to no organisation. */
export function reembeddingStartOptions(input: ReembeddingInput, summary: string) {
  return {
    workflowId: reembeddingWorkflowId(input.profile),
    taskQueue: QUEUES.main,
    args: [input] as [ReembeddingInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: summary,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.kind, value: REEMBEDDING },
      { key: searchAttributes.subject, value: input.profile },
    ]),
  };
}
