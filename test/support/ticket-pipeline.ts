import { createTicketEnrichmentActivities, TicketSorter } from '@docket/activities/ticket-enrichment';
import type {
  EnrichmentSubject,
  TicketEnrichmentActivities,
} from '@docket/activities/ticket-enrichment/types';
import { HashedEmbedder } from '@docket/adapters/embedding/hashed';
import type { LanguageModel } from '@docket/adapters/language-model';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import {
  ENRICHMENT_DECISION,
  enrichmentDecisionInput,
  enrichmentDecisionWorkflowId,
} from '@docket/workflows/enrichment-decision/contract';
import {
  TICKET_ENRICHMENT,
  ticketEnrichmentInput,
  ticketEnrichmentWorkflowId,
} from '@docket/workflows/ticket-enrichment/contract';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { randomBytes } from 'node:crypto';

export interface TicketText {
  subject: string;
  body: string;
}

const DAY_MS = 86_400_000;

const LIMITS = {
  callMs: 120_000,
  providerCalls: 50,
  waitMs: 60_000,
  giveUpMs: 3_600_000,
  outputTokens: 8_192,
  effort: 'low',
} as const;

/**
 * The activities of an enrichment, one after the other as its workflow calls them, without a Temporal server: what they
 * store is what a worker stores.
 */
export class TicketPipeline {
  readonly activities: TicketEnrichmentActivities;
  readonly #tenants: TenantDatabase;
  readonly #orgId: string;

  constructor(tenants: TenantDatabase, orgId: string, models: readonly LanguageModel[]) {
    this.#tenants = tenants;
    this.#orgId = orgId;
    this.activities = createTicketEnrichmentActivities({
      tenants,
      models,
      embedderFor: () => new HashedEmbedder(),
      sorter: new TicketSorter(tenants),
      limits: LIMITS,
      allowedAddresses: [],
      // Waits are written, and never started.
      decisions: {
        expireAfterMs: DAY_MS,
        runOf: (ids) => ({
          kind: ENRICHMENT_DECISION,
          workflowId: enrichmentDecisionWorkflowId('org_1', ids.enrichmentId),
          input: enrichmentDecisionInput({ ...ids, remindAfterMs: 0, expireAfterMs: DAY_MS }, 'enr_1'),
        }),
        start: async () => undefined,
      },
      workerBuild: 'pipeline',
      newId,
      now: () => new Date(),
      random: () => 0,
    });
  }

  /** Writes a ticket with an enrichment that waits, as the API does. */
  async send({ subject: about, body }: TicketText): Promise<EnrichmentSubject> {
    const orgId = this.#orgId;
    const subject = { orgId, ticketId: newId(), enrichmentId: newId(), runId: newId() };
    const { ticketId, enrichmentId, runId } = subject;
    const shown = toTypeId('ticket', ticketId);
    await this.#tenants.withTenant(orgId, async (tx) => {
      await tx.tickets.insert({
        ...{ id: ticketId, externalId: ticketId, subject: about, body, language: null, channel: null },
        ...{ requester: {}, metadata: {}, writtenAt: null },
      });
      await tx.runs.insert({
        ...{ id: runId, kind: TICKET_ENRICHMENT, subjectKind: 'ticket', subjectId: ticketId },
        workflowId: ticketEnrichmentWorkflowId(toTypeId('org', orgId), shown),
        input: ticketEnrichmentInput({ ...subject, immediate: true }, shown),
        ...{ requestId: runId, traceparent: null },
      });
      const asked = { askedPromptVersion: null, askedModel: null };
      await tx.enrichments.insert({ id: enrichmentId, ticketId, revision: 1, runId, ...asked });
    });
    return subject;
  }

  /** Takes a ticket to the end of its enrichment. */
  async enrich(subject: EnrichmentSubject): Promise<void> {
    await this.run('gatherEvidence', { ...subject, immediate: true });
    for (let round = 0; ; round += 1) {
      await this.run('askModel', { ...subject, round });
      const settled = await this.run('settleAnswer', { ...subject, round });
      if (settled.outcome !== 'repair') return;
    }
  }

  /** One attempt of one activity. */
  async run<N extends keyof TicketEnrichmentActivities>(
    name: N,
    input: Parameters<TicketEnrichmentActivities[N]>[0],
  ): Promise<Awaited<ReturnType<TicketEnrichmentActivities[N]>>> {
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    type Result = Awaited<ReturnType<TicketEnrichmentActivities[N]>>;
    // What TypeScript cannot see through the index: name, input and result belong together.
    const activity = this.activities[name] as unknown as (given: typeof input) => Promise<Result>;
    return environment.run<[typeof input], Result, typeof activity>(activity, input);
  }
}

function newId(): string {
  return uuidV7(Date.now(), randomBytes(10));
}
