import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to start a replay, or the trial of a prompt. */

export const ENRICHMENT_REPLAY = 'enrichmentReplay';

export interface EnrichmentReplayInput {
  schemaVersion: 1;
  /** Database ids (UUIDs). `enrichmentId` is the replay's own. */
  orgId: string;
  ticketId: string;
  enrichmentId: string;
  runId: string;
  /** Shown in the Temporal Web UI: the public id of the enrichment that is replayed. */
  subject: string;
  /** Begun by a batch: behind what somebody waits for. */
  isBulk?: true;
}

export interface EnrichmentReplayResult {
  schemaVersion: 1;
  enrichmentId: string;
  /** `ended`: there was nothing left to do. */
  state: 'ready' | 'ended';
  answerable: boolean | null;
}

/** The id under which the n-th replay of an enrichment is made, by public ids. */
export function enrichmentReplayWorkflowId(org: string, enrichment: string, number: number): string {
  return `enrichment-replay:${org}:${enrichment}:${number}`;
}

/**
 * The input of a replay, to be stored with its run.
 *
 * @param subject the public id of the enrichment that is replayed
 */
export function enrichmentReplayInput(
  { orgId, ticketId, enrichmentId, runId }: Omit<EnrichmentReplayInput, 'schemaVersion' | 'subject'>,
  subject: string,
): EnrichmentReplayInput {
  return { schemaVersion: 1, orgId, ticketId, enrichmentId, runId, subject };
}

/** Behind Temporal's default of 3. */
const BULK_PRIORITY = 4;

/** How a replay shows itself in Temporal. */
export const enrichmentReplayStart: KindOfRun<EnrichmentReplayInput> = {
  summary: ({ subject }) => subject,
  state: () => 'queued',
  priority: ({ isBulk }) => (isBulk ? BULK_PRIORITY : undefined),
};
