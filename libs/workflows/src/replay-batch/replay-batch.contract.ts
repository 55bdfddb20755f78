import type { KindOfRun } from '../run/kind-of-run.js';
import {
  runBatchInput,
  type RunBatchInput,
  type RunBatchProgress,
  type RunBatchResult,
} from '../run-batch/run-batch.contract.js';

/** What the world outside needs to start a batch of replays and to talk to it. Its messages are those of every batch. */

export const REPLAY_BATCH = 'replayBatch';

export type ReplayBatchInput = RunBatchInput;
export type ReplayBatchResult = RunBatchResult;
/** Query `progress`: enrichments whose replay was begun, and those that are left, the replays under way included. */
export type ReplayBatchProgress = RunBatchProgress;

/** The id of a batch's workflow, by public ids. */
export function replayBatchWorkflowId(org: string, batch: string): string {
  return `replay-batch:${org}:${batch}`;
}

/** The input of a batch, to be stored with its run. */
export const replayBatchInput = runBatchInput;

/** How a batch shows itself in Temporal. */
export const replayBatchStart: KindOfRun<ReplayBatchInput> = {
  summary: ({ subject }) => subject,
  state: () => 'running',
};
