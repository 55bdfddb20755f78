/** Which decision an activity works for. Database ids (UUIDs). */
export interface DecisionSubject {
  orgId: string;
  enrichmentId: string;
  runId: string;
}

export interface SettleDecisionInput extends DecisionSubject {
  /** Somebody said that it is decided, the time is over, or nobody waits any longer. */
  why: 'told' | 'expired' | 'cancelled';
}

/** How an enrichment stands once its decision was looked at; `awaiting_decision` while there is none. */
export interface SettleDecisionResult {
  state:
    'approved' | 'edited' | 'rejected' | 'decision_expired' | 'superseded' | 'ready' | 'awaiting_decision';
}

/** What `enrichmentDecision` asks of the outside. Names are unique over all workers. */
export interface EnrichmentDecisionActivities {
  openDecision: (input: DecisionSubject) => Promise<void>;
  remindOfDecision: (input: DecisionSubject) => Promise<void>;
  settleDecision: (input: SettleDecisionInput) => Promise<SettleDecisionResult>;
}
