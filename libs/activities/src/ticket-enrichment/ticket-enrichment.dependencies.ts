import type { Embedder } from '@docket/adapters/embedding';
import type { LanguageModel, ModelEffort } from '@docket/adapters/language-model';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import type { NewRun, RunStart } from '@docket/db/runs';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TicketSorter } from './ticket-sorter.js';

/** Everything the enrichment's activities take from outside. */
export interface TicketEnrichmentDependencies {
  tenants: TenantDatabase;
  /** First choice first; never empty. */
  models: readonly LanguageModel[];
  /** The embedder of a profile, by provider and model. Throws when this worker was not configured for it. */
  embedderFor(profile: EmbeddingProfile): Embedder;
  sorter: TicketSorter;
  limits: EnrichmentLimits;
  /** Hosts and addresses that a reply may name though no passage does. */
  allowedAddresses: readonly string[];
  decisions: DecisionWaits;
  /** Name of this worker's build, kept with every enrichment it worked on. */
  workerBuild: string;
  newId(): string;
  now(): Date;
  random(): number;
}

/** How people are waited for, as far as whoever stores an answer has to know. */
export interface DecisionWaits {
  /** Milliseconds after which nobody is waited for any longer. */
  expireAfterMs: number;
  /** What a run that waits is, by database ids. */
  runOf(subject: {
    orgId: string;
    enrichmentId: string;
    runId: string;
  }): Pick<NewRun, 'kind' | 'workflowId' | 'input'>;
  /** Starts one that is committed. Throws where Temporal does not answer. */
  start(run: RunStart): Promise<void>;
}

export interface EnrichmentLimits {
  /** Milliseconds one call to a model may take. */
  callMs: number;
  /** Most calls to one provider under way at once, of all workers together. */
  providerCalls: number;
  /** Milliseconds a provider is waited for before the next one is asked. */
  waitMs: number;
  /** Milliseconds after which an enrichment that nobody answers fails. */
  giveUpMs: number;
  outputTokens: number;
  effort: ModelEffort;
}

/** Quiet that a changed ticket is given, and the longest time it is waited for. */
export const QUIET_MS = 2_000;
export const QUIET_MOST_MS = 10_000;

/** Passages that are fetched to choose from: near-duplicates and long ones fall away. */
export const PASSAGES_FETCHED = 24;
