import { AskModel } from './ask-model.activity.js';
import { EndEnrichment } from './end-enrichment.activity.js';
import { GatherEvidence } from './gather-evidence.activity.js';
import { SettleAnswer } from './settle-answer.activity.js';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { TicketEnrichmentActivities } from './ticket-enrichment.types.js';

export type { DecisionWaits, TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
export { TicketSorter } from './ticket-sorter.js';

/** The activities of `ticketEnrichment`, bound to what they need. */
export function createTicketEnrichmentActivities(
  on: TicketEnrichmentDependencies,
): TicketEnrichmentActivities {
  const gather = new GatherEvidence(on);
  const ask = new AskModel(on);
  const settle = new SettleAnswer(on);
  const end = new EndEnrichment(on);
  return {
    gatherEvidence: (input) => gather.run(input),
    askModel: (input) => ask.run(input),
    settleAnswer: (input) => settle.run(input),
    endEnrichment: (input) => end.run(input),
  };
}
