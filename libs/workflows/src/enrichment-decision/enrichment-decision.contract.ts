import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to start the wait for a decision and to end it. */

export const ENRICHMENT_DECISION = 'enrichmentDecision';

/** Why it cannot be cancelled. */
export const DECISION_NOT_CANCELLABLE = 'It waits for a person: POST /v1/enrichments/{id}/decision ends it.';

export interface EnrichmentDecisionInput {
  schemaVersion: 1;
  /** Database ids (UUIDs). */
  orgId: string;
  enrichmentId: string;
  runId: string;
  /** Shown in the Temporal Web UI: the enrichment's public id. */
  subject: string;
  /** Milliseconds from the start until somebody is reminded, and until nobody is waited for any longer. */
  remindAfterMs: number;
  expireAfterMs: number;
}

export interface EnrichmentDecisionResult {
  schemaVersion: 1;
  /** What became of the enrichment; the last two where there was nothing left to decide on. */
  state: 'approved' | 'edited' | 'rejected' | 'decision_expired' | 'superseded' | 'ready';
}

/** Update `decide`: somebody decided. What was decided is in the row; this says that it is there. */
export const DECIDE = 'decide';
export interface DecideUpdate {
  schemaVersion: 1;
  decision: 'approve' | 'edit' | 'reject';
}
export interface DecideResult {
  schemaVersion: 1;
  /** `awaiting_decision` where the row knows of no decision. */
  state: EnrichmentDecisionResult['state'] | 'awaiting_decision';
}

/** The id under which a decision is waited for, by public ids. One per enrichment: it is decided on once. */
export function enrichmentDecisionWorkflowId(org: string, enrichment: string): string {
  return `enrichment-decision:${org}:${enrichment}`;
}

/**
 * The input of a wait, to be stored with its run.
 *
 * @param subject the enrichment's public id
 */
export function enrichmentDecisionInput(
  {
    orgId,
    enrichmentId,
    runId,
    remindAfterMs,
    expireAfterMs,
  }: Omit<EnrichmentDecisionInput, 'schemaVersion' | 'subject'>,
  subject: string,
): EnrichmentDecisionInput {
  return { schemaVersion: 1, orgId, enrichmentId, runId, subject, remindAfterMs, expireAfterMs };
}

/** How a wait shows itself in Temporal. The time counts from when it was asked for, however late it is started. */
export const enrichmentDecisionStart: KindOfRun<EnrichmentDecisionInput> = {
  summary: ({ subject }) => subject,
  state: () => 'awaiting_decision',
  inputAt: (input, { queuedForMs }) => ({
    ...input,
    remindAfterMs: Math.max(0, input.remindAfterMs - queuedForMs),
    expireAfterMs: Math.max(0, input.expireAfterMs - queuedForMs),
  }),
};
