import { createMessageBatchActivities } from '@docket/activities/enrichment-batch';
import type { MessageBatchActivities } from '@docket/activities/enrichment-batch/types';
import type { RunBatchSubject } from '@docket/activities/run-batch/types';
import type { LanguageModel } from '@docket/adapters/language-model';
import { AnthropicModel } from '@docket/adapters/language-model/anthropic';
import type { MessageBatches } from '@docket/adapters/language-model/batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { MockActivityEnvironment } from '@temporalio/testing';
import { AnthropicStandIn } from '../../../../../test/support/anthropic-stand-in.ts';
import { createTestDatabase, newId, type TestDatabase } from '../../../../../test/support/database.ts';

type Dependencies = Parameters<typeof createMessageBatchActivities>[0];

type Submitted = Awaited<ReturnType<MessageBatchActivities['submitMessageBatch']>>;

/** A ticket whose question waits for a message batch. */
export interface WaitingTicket {
  ticketId: string;
  enrichmentId: string;
  runId: string;
}

/** A batch that may wait, and its tickets. */
export interface WaitingBatch extends RunBatchSubject {
  tickets: WaitingTicket[];
}

const EVIDENCE = {
  query: 'exports',
  language: 'en',
  signals: { lexical: 0, character: 0 },
  retrievalConfidence: 0,
  predictions: {
    category: { label: 'question', confidence: 0 },
    priority: { label: 'normal', confidence: 0 },
    team: { label: 'support', confidence: 0 },
  },
};

/** The activities of message batches on a real database, with a stand-in of the provider. */
export class MessageBatchWorld {
  readonly standIn: AnthropicStandIn;
  readonly database: TestDatabase;
  readonly model: AnthropicModel;
  /** Enrichments that were told to go on. */
  readonly told: string[] = [];

  private constructor(database: TestDatabase, standIn: AnthropicStandIn) {
    this.database = database;
    this.standIn = standIn;
    const key = { apiKey: 'sk-test', baseUrl: standIn.url };
    this.model = new AnthropicModel({ ...key, defaultModel: 'claude-sonnet-5-5', deadlineMs: 10_000 });
  }

  static async open(): Promise<MessageBatchWorld> {
    const standIn = await AnthropicStandIn.start(() => ({ kind: 'answer', text: '{}' }));
    return new MessageBatchWorld(await createTestDatabase(), standIn);
  }

  async close(): Promise<void> {
    await this.standIn.stop();
    await this.database.drop();
  }

  inOrg<T>({ orgId }: { orgId: string }, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.database.tenants.withTenant(orgId, work);
  }

  /** A batch of an organisation of its own, whose tickets all wait to be asked. */
  async waitingBatch(tickets: number): Promise<WaitingBatch> {
    const subject = { orgId: await this.database.createOrg(), batchId: newId(), runId: newId() };
    await this.inOrg(subject, async (tx) => {
      await tx.runs.insert({
        ...{ id: subject.runId, kind: 'enrichmentBatch', subjectKind: 'batch', subjectId: subject.batchId },
        ...{ workflowId: `w ${subject.batchId}`, input: {}, requestId: 'r', traceparent: null },
      });
      await tx.batches.insert({
        ...{ id: subject.batchId, kind: 'enrichmentBatch', runId: subject.runId, spec: { mayWait: true } },
      });
    });
    const waiting: WaitingTicket[] = [];
    for (let number = 0; number < tickets; number += 1) waiting.push(await this.#waitingTicket(subject));
    return { ...subject, tickets: waiting };
  }

  async #waitingTicket({ orgId, batchId }: RunBatchSubject): Promise<WaitingTicket> {
    const ids = { ticketId: newId(), enrichmentId: newId(), runId: newId() };
    await this.inOrg({ orgId }, async (tx) => {
      await tx.tickets.insert({
        ...{ id: ids.ticketId, externalId: ids.ticketId, subject: 'Exports', body: 'When do exports run?' },
        ...{ language: null, channel: null, requester: {}, metadata: {}, writtenAt: null },
      });
      await tx.runs.insert({
        ...{ id: ids.runId, kind: 'ticketEnrichment', subjectKind: 'ticket', subjectId: ids.ticketId },
        ...{ workflowId: `w ${ids.ticketId}`, input: {}, requestId: 'r', traceparent: null },
      });
      await tx.enrichments.insert({
        ...{ id: ids.enrichmentId, ticketId: ids.ticketId, revision: 1, runId: ids.runId, batchId },
        ...{ askedPromptVersion: null, askedModel: null },
      });
      await tx.enrichments.move(ids.enrichmentId, { state: 'running', step: 'ask' });
      const begun = { revision: 1, promptVersion: 1, taxonomyVersion: 1, workerBuild: 'build-of-a-test' };
      await tx.enrichments.begin(ids.enrichmentId, begun);
      await tx.enrichments.storeEvidence(ids.enrichmentId, EVIDENCE, []);
      await tx.messageBatches.join(ids.enrichmentId, batchId);
      await tx.enrichments.move(ids.enrichmentId, { state: 'waiting_for_provider', step: 'ask' });
    });
    return ids;
  }

  /** The activities, as a worker with other settings has them where some are given. */
  activities(other: Partial<Dependencies> = {}): MessageBatchActivities {
    return createMessageBatchActivities({
      tenants: this.database.tenants,
      models: [this.model],
      limits: {
        ...{ callMs: 10_000, providerCalls: 1, waitMs: 0, giveUpMs: 0, outputTokens: 1_000 },
        effort: 'low',
      },
      random: () => 0,
      newId,
      now: () => new Date(),
      inFlight: 10,
      messageBatches: { requests: 100, pollMs: 60_000, unclearMs: 60_000 },
      tellEnrichment: async (_, enrichmentId) => void this.told.push(enrichmentId),
      ...other,
    });
  }

  /** One attempt to send what waits. */
  async submit(subject: RunBatchSubject, other: Partial<Dependencies> = {}): Promise<Submitted> {
    return new MockActivityEnvironment().run(this.activities(other).submitMessageBatch, subject);
  }

  /** One look at what was sent. */
  async collect(subject: RunBatchSubject, isCancelled = false, other: Partial<Dependencies> = {}) {
    const { collectMessageBatches } = this.activities(other);
    return new MockActivityEnvironment().run(collectMessageBatches, { ...subject, isCancelled });
  }

  /** What became of the questions of a batch, in the order of its tickets. */
  async outcomes({ orgId, tickets }: WaitingBatch): Promise<string[]> {
    const rows = await this.database.asAdmin<{ enrichment_id: string; outcome: string }>(
      'select enrichment_id, outcome from message_batch_items where org_id = $1',
      [orgId],
    );
    const known = new Map(rows.map(({ enrichment_id, outcome }) => [enrichment_id, outcome]));
    return tickets.map(({ enrichmentId }) => known.get(enrichmentId) ?? 'none');
  }

  /** States of what was gathered for the provider, oldest first. */
  async states({ orgId }: { orgId: string }): Promise<string[]> {
    const rows = await this.database.asAdmin<{ state: string }>(
      'select state from message_batches where org_id = $1 order by id',
      [orgId],
    );
    return rows.map(({ state }) => state);
  }

  /** Questions for which something of the budget is reserved. */
  async reservations({ orgId }: { orgId: string }): Promise<number> {
    const rows = await this.database.asAdmin('select 1 from budget_reservations where org_id = $1', [orgId]);
    return rows.length;
  }

  /** Lets time pass for what is under way at the provider. */
  async age({ orgId }: { orgId: string }, by: string): Promise<void> {
    await this.database.asAdmin(
      `update message_batches set sent_at = sent_at - $2::interval, submitted_at = submitted_at - $2::interval,
              polled_at = polled_at - $2::interval, created_at = created_at - $2::interval where org_id = $1`,
      [orgId, by],
    );
  }
}

/** The same model, but for what is given: its provider's name, or calls of its message batches. */
export function modelLike(
  { provider, isRemote, defaultModel, messageBatches: batches }: AnthropicModel,
  other: { provider?: string } & Partial<MessageBatches>,
): LanguageModel {
  return {
    ...{ provider: other.provider ?? provider, isRemote, defaultModel },
    ask: () => Promise.reject(new Error('nobody asks one by one here')),
    ping: () => Promise.resolve(),
    messageBatches: {
      submit: (...asked) => batches.submit(...asked),
      find: (...asked) => batches.find(...asked),
      recent: (...asked) => batches.recent(...asked),
      results: (...asked) => batches.results(...asked),
      cancel: (...asked) => batches.cancel(...asked),
      ...other,
    },
  };
}
