/** Which enrichment of which ticket an activity works for. Database ids (UUIDs). */
export interface EnrichmentSubject {
  orgId: string;
  ticketId: string;
  enrichmentId: string;
  runId: string;
  /** How often the run was begun, this time included; workflows of older builds do not say. */
  attempt?: number;
}

export interface GatherEvidenceInput extends EnrichmentSubject {
  /** False where the ticket must be quiet first. */
  immediate: boolean;
}

export type GatherEvidenceResult =
  /** Ticket, passages and examples are pinned: a model can be asked. */
  | { outcome: 'gathered'; passages: number }
  /** It is still being changed: come back after so long. */
  | { outcome: 'unquiet'; waitMs: number }
  /** Somebody ended it: there is nothing to do. */
  | { outcome: 'ended' };

export interface AskModelInput extends EnrichmentSubject {
  /** 0 asks, 1 asks to repair what came back. */
  round: number;
}

export interface AskModelResult {
  /**
   * `answered`: the answer is stored. `batched`: it is asked in a message batch, and the workflow is told when that brought
   * something. `called_off`: the batch was cancelled before.
   */
  outcome: 'answered' | 'batched' | 'called_off';
}

export interface SettleAnswerInput extends EnrichmentSubject {
  round: number;
}

export type SettleAnswerResult =
  | { outcome: 'ready'; answerable: boolean }
  /** Worth asking once more. */
  | { outcome: 'repair' }
  /** A newer enrichment took its place, or it was ended, while it was worked on. */
  | { outcome: 'superseded' };

export interface EndEnrichmentInput extends EnrichmentSubject {
  end: { kind: 'superseded' } | { kind: 'cancelled' } | { kind: 'failed'; code: string; message: string };
}

/** What `ticketEnrichment` asks of the outside. Names are unique over all workers. */
export interface TicketEnrichmentActivities {
  gatherEvidence: (input: GatherEvidenceInput) => Promise<GatherEvidenceResult>;
  /** Its answer is stored before it returns, and found again by a repeat. */
  askModel: (input: AskModelInput) => Promise<AskModelResult>;
  settleAnswer: (input: SettleAnswerInput) => Promise<SettleAnswerResult>;
  endEnrichment: (input: EndEnrichmentInput) => Promise<void>;
}
