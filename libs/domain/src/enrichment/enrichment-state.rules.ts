/** The states of an enrichment: one run of a model over one revision of a ticket. */
export const ENRICHMENT_STATES = [
  'queued',
  'running',
  'waiting_for_provider',
  'ready',
  'awaiting_decision',
  'approved',
  'edited',
  'rejected',
  'decision_expired',
  'superseded',
  'failed',
  'cancelled',
] as const;
export type EnrichmentState = (typeof ENRICHMENT_STATES)[number];

/** The steps of an enrichment that a user would name, in their order. */
export const ENRICHMENT_STEPS = ['prepare', 'retrieve', 'ask', 'check', 'repair', 'store'] as const;
export type EnrichmentStep = (typeof ENRICHMENT_STEPS)[number];

const OPEN: readonly EnrichmentState[] = ['queued', 'running', 'waiting_for_provider'];

/**
 * Which state may follow which. A state that does not change is always allowed: activities repeat. `failed` and
 * `cancelled` lead back, since a person may retry, and so does `ready`, which may be made again and stays what it is
 * when that comes to nothing; a superseded enrichment stays so, because a newer one took its place. One that awaits a
 * decision is ready after all when the reply to decide on was erased. What was decided is not made again.
 */
const MOVES: Record<EnrichmentState, readonly EnrichmentState[]> = {
  queued: ['running', 'ready', 'superseded', 'failed', 'cancelled'],
  running: ['waiting_for_provider', 'ready', 'awaiting_decision', 'superseded', 'failed', 'cancelled'],
  waiting_for_provider: ['running', 'ready', 'awaiting_decision', 'superseded', 'failed', 'cancelled'],
  ready: ['queued'],
  awaiting_decision: ['approved', 'edited', 'rejected', 'decision_expired', 'superseded', 'ready'],
  approved: [],
  edited: [],
  rejected: [],
  decision_expired: [],
  superseded: [],
  failed: ['queued'],
  cancelled: ['queued'],
};

/** What a person's decision, or nobody's, makes of an enrichment. */
export const DECIDED_STATES = ['approved', 'edited', 'rejected', 'decision_expired'] as const;
export type DecidedState = (typeof DECIDED_STATES)[number];

export function isDecided(state: EnrichmentState): state is DecidedState {
  return (DECIDED_STATES as readonly EnrichmentState[]).includes(state);
}

/** It has a result that counts: checked, and shown. */
export function enrichmentIsSettled(state: EnrichmentState): boolean {
  return state === 'ready' || state === 'awaiting_decision' || isDecided(state);
}

/** The states from which an enrichment may be moved to `to`, itself included: the guard of a conditional UPDATE. */
export function enrichmentStatesThatMayBecome(to: EnrichmentState): EnrichmentState[] {
  return ENRICHMENT_STATES.filter((from) => from === to || MOVES[from].includes(to));
}

/** An ended enrichment waits for no model: no run will change its result unless somebody asks. */
export function enrichmentHasEnded(state: EnrichmentState): boolean {
  return !OPEN.includes(state);
}
