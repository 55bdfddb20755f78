import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to start a batch of runs and to talk to it. */

export const RUN_BATCH = 'runBatch';

/** Raised with every change of a message's shape; old shapes stay decodable for as long as their runs may live. */
export const RUN_BATCH_SCHEMA_VERSION = 1;

export interface RunBatchInput {
  schemaVersion: 1;
  /** Database ids (UUIDs). */
  orgId: string;
  batchId: string;
  runId: string;
  /** Shown in the Temporal Web UI: the batch's public id. */
  subject: string;
  /** Items settled and whether it was paused, by the executions that this one continues. */
  settled: number;
  paused: boolean;
  /** It was cancelled in one of these, and is only followed to its end. */
  cancelled?: true;
}

export interface RunBatchResult {
  schemaVersion: 1;
  outcome: 'completed' | 'cancelled';
  settled: number;
}

/** Signals. Each may come twice, or too late to mean anything. */
export const PAUSE = 'pause';
export const RESUME = 'resume';
export const CANCEL = 'cancel';
export interface RunBatchSignal {
  schemaVersion: 1;
}

/** Query `progress`. */
export const RUN_BATCH_PROGRESS = 'progress';
export interface RunBatchProgress {
  schemaVersion: 1;
  state: 'running' | 'paused' | 'waiting' | 'ended';
  /** Items that have an outcome. */
  settled: number;
  /** Items without one; null before the first round. */
  remaining: number | null;
}

/** The id of a batch's workflow, by public ids. */
export function runBatchWorkflowId(org: string, batch: string): string {
  return `run-batch:${org}:${batch}`;
}

/**
 * The input of a batch, to be stored with its run.
 *
 * @param subject the batch's public id
 */
export function runBatchInput(
  { orgId, batchId, runId }: Pick<RunBatchInput, 'orgId' | 'batchId' | 'runId'>,
  subject: string,
): RunBatchInput {
  const schemaVersion = RUN_BATCH_SCHEMA_VERSION;
  return { schemaVersion, orgId, batchId, runId, subject, settled: 0, paused: false };
}

/** How a batch shows itself in Temporal. */
export const runBatchStart: KindOfRun<RunBatchInput> = {
  summary: ({ subject }) => subject,
  state: () => 'running',
};
