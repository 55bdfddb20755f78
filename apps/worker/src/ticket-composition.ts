import { createTicketEnrichmentActivities, TicketSorter } from '@docket/activities/ticket-enrichment';
import type { Embedder } from '@docket/adapters/embedding';
import { createModelChain } from '@docket/adapters/language-model/chain';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { WorkerConfig } from './worker-config.js';

interface Parts {
  tenants: TenantDatabase;
  embedderFor(profile: EmbeddingProfile): Embedder;
  workerBuild: string;
  newId(): string;
  now(): Date;
}

/** The enrichment's activities with the configured models. */
export function composeTicketEnrichment(config: WorkerConfig, parts: Parts) {
  return createTicketEnrichmentActivities({
    ...parts,
    models: createModelChain(config),
    sorter: new TicketSorter(parts.tenants),
    limits: {
      callMs: config.MODEL_TIMEOUT_SECONDS * 1_000,
      providerCalls: config.MODEL_CALLS_MAX,
      waitMs: config.MODEL_WAIT_SECONDS * 1_000,
      giveUpMs: config.MODEL_GIVE_UP_HOURS * 3_600_000,
      outputTokens: config.MODEL_OUTPUT_TOKENS_MAX,
      effort: config.MODEL_EFFORT,
    },
    allowedAddresses: (config.REPLY_ALLOWED_ADDRESSES ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    random: Math.random,
  });
}
