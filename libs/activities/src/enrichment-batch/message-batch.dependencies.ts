import type { TicketEnrichmentDependencies } from '../ticket-enrichment/ticket-enrichment.dependencies.js';

/** What submitting and collecting message batches takes from outside, beside what asking a model takes. */
export interface MessageBatchDependencies extends Pick<
  TicketEnrichmentDependencies,
  'tenants' | 'models' | 'limits' | 'random' | 'newId' | 'now'
> {
  /** Enrichments of one batch that are told at once how their question came back: each is some work then. */
  inFlight: number;
  messageBatches: MessageBatchLimits;
  /** Tells the workflow of an enrichment to go on. One that is gone needs no telling. */
  tellEnrichment(workflowId: string, enrichmentId: string): Promise<void>;
}

export interface MessageBatchLimits {
  /** Most questions of one message batch. */
  requests: number;
  /** Milliseconds between two looks at one. */
  pollMs: number;
  /**
   * Milliseconds for which a submission whose end nobody knows is looked for before it is sent again: a provider may still
   * be taking in what a client has given up on.
   */
  unclearMs: number;
}
