import {
  createEnrichmentBatchActivities,
  createMessageBatchActivities,
} from '@docket/activities/enrichment-batch';
import { createEnrichmentDecisionActivities } from '@docket/activities/enrichment-decision';
import { createEnrichmentReplayActivities } from '@docket/activities/enrichment-replay';
import { createReplayBatchActivities } from '@docket/activities/replay-batch';
import {
  createTicketEnrichmentActivities,
  TicketSorter,
  type DecisionWaits,
  type TicketEnrichmentDependencies,
} from '@docket/activities/ticket-enrichment';
import type { Embedder } from '@docket/adapters/embedding';
import { SUBMIT_TIMEOUT_MS } from '@docket/adapters/language-model/batches';
import { createModelChain } from '@docket/adapters/language-model/chain';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import {
  ENRICHMENT_DECISION,
  enrichmentDecisionInput,
  enrichmentDecisionWorkflowId,
} from '@docket/workflows/enrichment-decision/contract';
import {
  ENRICHMENT_REPLAY,
  enrichmentReplayInput,
  enrichmentReplayWorkflowId,
} from '@docket/workflows/enrichment-replay/contract';
import {
  TICKET_ENRICHMENT,
  ticketEnrichmentInput,
  ticketEnrichmentWorkflowId,
} from '@docket/workflows/ticket-enrichment/contract';
import type { Client } from '@temporalio/client';
import { messageBatchTeller } from './message-batch-teller.js';
import { startRun } from './run-starter.js';
import type { WorkerConfig } from './worker-config.js';

const HOUR_MS = 3_600_000;
/**
 * An attempt that Temporal has given up may be sending for as long as that takes. A provider may go on for a while with what
 * it has taken in after its client has given up, and only then list it.
 */
const UNCLEAR_SUBMISSION_MS = SUBMIT_TIMEOUT_MS + 60_000;

interface Parts {
  client: Client;
  tenants: TenantDatabase;
  embedderFor(profile: EmbeddingProfile): Embedder;
  workerBuild: string;
  newId(): string;
  now(): Date;
}

/** The activities of enrichments, of their replays and of decisions on them, with the configured models. */
export function composeTicketEnrichment(config: WorkerConfig, { client, ...parts }: Parts) {
  const needs: TicketEnrichmentDependencies = {
    ...parts,
    models: createModelChain(config),
    sorter: new TicketSorter(parts.tenants),
    limits: {
      callMs: config.MODEL_TIMEOUT_SECONDS * 1_000,
      providerCalls: config.MODEL_CALLS_MAX,
      waitMs: config.MODEL_WAIT_SECONDS * 1_000,
      giveUpMs: config.MODEL_GIVE_UP_HOURS * HOUR_MS,
      outputTokens: config.MODEL_OUTPUT_TOKENS_MAX,
      effort: config.MODEL_EFFORT,
    },
    allowedAddresses: (config.REPLY_ALLOWED_ADDRESSES ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    decisions: decisionWaits(config, client),
    random: Math.random,
  };
  const inFlight = config.ENRICHMENT_BATCH_IN_FLIGHT;
  const messageBatches = {
    requests: config.MESSAGE_BATCH_REQUESTS_MAX,
    pollMs: config.MESSAGE_BATCH_POLL_SECONDS * 1_000,
    unclearMs: UNCLEAR_SUBMISSION_MS,
  };
  return {
    ...createTicketEnrichmentActivities(needs),
    ...createEnrichmentReplayActivities(needs),
    ...createEnrichmentDecisionActivities(parts),
    ...createEnrichmentBatchActivities({
      ...parts,
      ...{ inFlight, messageBatches },
      enrichmentRunOf: bulkRunOf,
      startRun: (run) => startRun(client, run),
    }),
    ...createReplayBatchActivities({
      ...parts,
      inFlight,
      replayRunOf: bulkReplayOf,
      startRun: (run) => startRun(client, run),
    }),
    ...createMessageBatchActivities({
      ...needs,
      ...{ inFlight, messageBatches },
      tellEnrichment: messageBatchTeller(client),
    }),
  };
}

/** The run of an enrichment that a batch begins. */
function bulkRunOf(ids: { orgId: string; ticketId: string; enrichmentId: string; runId: string }) {
  const subject = toTypeId('ticket', ids.ticketId);
  return {
    kind: TICKET_ENRICHMENT,
    workflowId: ticketEnrichmentWorkflowId(toTypeId('org', ids.orgId), subject),
    input: { ...ticketEnrichmentInput({ ...ids, immediate: true }, subject), isBulk: true as const },
  };
}

/** The run of a replay that a batch begins. */
function bulkReplayOf(
  ids: { orgId: string; ticketId: string; enrichmentId: string; runId: string },
  original: { id: string; number: number },
) {
  const subject = toTypeId('enrichment', original.id);
  return {
    kind: ENRICHMENT_REPLAY,
    workflowId: enrichmentReplayWorkflowId(toTypeId('org', ids.orgId), subject, original.number),
    input: { ...enrichmentReplayInput(ids, subject), isBulk: true as const },
  };
}

function decisionWaits(config: WorkerConfig, client: Client): DecisionWaits {
  const remindAfterMs = config.DECISION_REMINDER_HOURS * HOUR_MS;
  const expireAfterMs = config.DECISION_EXPIRY_HOURS * HOUR_MS;
  return {
    expireAfterMs,
    runOf(ids) {
      const subject = toTypeId('enrichment', ids.enrichmentId);
      return {
        kind: ENRICHMENT_DECISION,
        workflowId: enrichmentDecisionWorkflowId(toTypeId('org', ids.orgId), subject),
        input: enrichmentDecisionInput({ ...ids, remindAfterMs, expireAfterMs }, subject),
      };
    },
    start: (run) => startRun(client, run),
  };
}
