import type { KindOfRun } from '../run/kind-of-run.js';
import {
  runBatchInput,
  type RunBatchInput,
  type RunBatchProgress,
  type RunBatchResult,
} from '../run-batch/run-batch.contract.js';

/** What the world outside needs to start a batch of enrichments and to talk to it. Its messages are those of every batch. */

export const ENRICHMENT_BATCH = 'enrichmentBatch';

export interface EnrichmentBatchInput extends RunBatchInput {
  /** It may wait up to a day for its answers, where they cost less then. */
  mayWait?: true;
}
export type EnrichmentBatchResult = RunBatchResult;
/** Query `progress`: tickets whose enrichment has ended, and those that are left, the ones under way included. */
export type EnrichmentBatchProgress = RunBatchProgress;

/** The id of a batch's workflow, by public ids. */
export function enrichmentBatchWorkflowId(org: string, batch: string): string {
  return `enrichment-batch:${org}:${batch}`;
}

/**
 * The input of a batch, to be stored with its run.
 *
 * @param subject the batch's public id
 */
export function enrichmentBatchInput(
  { mayWait, ...ids }: Parameters<typeof runBatchInput>[0] & { mayWait?: boolean },
  subject: string,
): EnrichmentBatchInput {
  return { ...runBatchInput(ids, subject), ...(mayWait && { mayWait }) };
}

/** How a batch shows itself in Temporal. */
export const enrichmentBatchStart: KindOfRun<EnrichmentBatchInput> = {
  summary: ({ subject }) => subject,
  state: () => 'running',
};
