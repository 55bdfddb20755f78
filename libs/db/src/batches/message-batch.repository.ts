import type { EntityManager } from 'typeorm';

export type MessageBatchState = 'submitting' | 'submitted' | 'ended';

/** How a question of a message batch came back. */
export type MessageBatchOutcome =
  'answered' | 'errored' | 'expired' | 'canceled' | 'missing' | 'refused' | 'called_off';

export interface MessageBatch {
  id: string;
  batchId: string;
  provider: string;
  state: MessageBatchState;
  /** Questions that were sent. */
  requests: number | null;
  /** Since when it may have been accepted without our knowing; null where it was not sent, or is known. */
  sentAt: Date | null;
  providerBatchId: string | null;
  /** Batches of the provider's that turned out to be somebody else's. */
  foreignIds: string[];
  submittedAt: Date | null;
  polledAt: Date | null;
  cancelAskedAt: Date | null;
  brokenReads: number;
}

/** A question that was sent. */
export interface MessageBatchItem {
  enrichmentId: string;
  ticketId: string;
  runId: string;
  outcome: MessageBatchOutcome | 'waiting';
  model: string | null;
  requestHash: string | null;
  erasures: number | null;
}

/** Where the question of an enrichment stands: with the others, or with nobody but itself. */
export type Joined = 'waiting' | 'called_off' | 'alone';

/** What is open of a batch that may wait. */
export interface Abroad {
  /** Enrichments whose question waits, or came back without their having been told. */
  away: number;
  /** Questions that wait to be sent, and for how long the first of them has. */
  gathered: number;
  gatheredForMs: number;
}

const COLUMNS = `id, batch_id as "batchId", provider, state, requests, sent_at as "sentAt",
  provider_batch_id as "providerBatchId", foreign_ids as "foreignIds", submitted_at as "submittedAt",
  polled_at as "polledAt", cancel_asked_at as "cancelAskedAt", broken_reads as "brokenReads"`;

/** Message batches by state, and questions by outcome. */
export interface MessageBatchSummary {
  batches: Record<string, number>;
  questions: Record<string, number>;
}

/** Code of Postgres for a row whose key is there already. */
const UNIQUE_VIOLATION = '23505';

/** Questions that a batch of enrichments asks its provider together. */
export class MessageBatchRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * Lets the question of an enrichment be asked with those of its batch, where that may wait and is at work. Asked again it
   * says where the question stands now; one that came back without an answer, or that nobody sends any longer, is asked
   * alone.
   */
  async join(enrichmentId: string, batchId: string): Promise<Joined> {
    await this.manager.query(
      `insert into message_batch_items (org_id, enrichment_id, batch_id)
       select b.org_id, $2, b.id from batches b join runs r on r.org_id = b.org_id and r.id = b.run_id
        where b.org_id = $1 and b.id = $3 and b.spec -> 'mayWait' = 'true' and r.ended_at is null
       on conflict do nothing`,
      [this.orgId, enrichmentId, batchId],
    );
    const rows: { outcome: MessageBatchItem['outcome']; isOver: boolean }[] = await this.manager.query(
      `select i.outcome, r.ended_at is not null as "isOver"
         from message_batch_items i join batches b on b.org_id = i.org_id and b.id = i.batch_id
              join runs r on r.org_id = b.org_id and r.id = b.run_id
        where i.org_id = $1 and i.enrichment_id = $2`,
      [this.orgId, enrichmentId],
    );
    const [item] = rows;
    if (item?.outcome === 'waiting') return item.isOver ? 'alone' : 'waiting';
    return item?.outcome === 'called_off' ? 'called_off' : 'alone';
  }

  async abroad(batchId: string): Promise<Abroad> {
    const rows: Abroad[] = await this.manager.query(
      `select (count(*) filter (where i.outcome = 'waiting' or i.told_at is null))::integer as away,
              (count(*) filter (where i.outcome = 'waiting' and i.message_batch_id is null))::integer as gathered,
              coalesce(extract(epoch from now() - min(i.created_at)
                filter (where i.outcome = 'waiting' and i.message_batch_id is null)) * 1000, 0)::float8 as "gatheredForMs"
         from message_batch_items i join enrichments e on e.org_id = i.org_id and e.id = i.enrichment_id
        where i.org_id = $1 and i.batch_id = $2 and (i.outcome = 'waiting' or i.told_at is null)
          and e.state in ('queued', 'running', 'waiting_for_provider')`,
      [this.orgId, batchId],
    );
    return rows[0] ?? { away: 0, gathered: 0, gatheredForMs: 0 };
  }

  /** Puts questions that wait into a new message batch, the oldest first, and returns it. */
  async gather(id: string, batchId: string, provider: string, most: number): Promise<MessageBatch> {
    const rows: MessageBatch[] = await this.manager.query(
      `insert into message_batches (org_id, id, batch_id, provider) values ($1, $2, $3, $4) returning ${COLUMNS}`,
      [this.orgId, id, batchId, provider],
    );
    await this.manager.query(
      `update message_batch_items set message_batch_id = $3
        where org_id = $1 and (org_id, enrichment_id) in (
              select org_id, enrichment_id from message_batch_items
               where org_id = $1 and batch_id = $2 and outcome = 'waiting' and message_batch_id is null
               order by created_at, enrichment_id limit $4)`,
      [this.orgId, batchId, id, most],
    );
    const [made] = rows;
    if (!made) throw new Error('the message batch was not written');
    return made;
  }

  /** Those that are not over, oldest first. */
  async open(batchId: string): Promise<MessageBatch[]> {
    return this.manager.query(
      `select ${COLUMNS} from message_batches where org_id = $1 and batch_id = $2 and state <> 'ended' order by id`,
      [this.orgId, batchId],
    );
  }

  async items(id: string): Promise<MessageBatchItem[]> {
    return this.manager.query(
      `select i.enrichment_id as "enrichmentId", e.ticket_id as "ticketId", e.run_id as "runId", i.outcome,
              i.model, i.request_hash as "requestHash", i.erasures
         from message_batch_items i join enrichments e on e.org_id = i.org_id and e.id = i.enrichment_id
        where i.org_id = $1 and i.message_batch_id = $2 order by i.created_at, i.enrichment_id`,
      [this.orgId, id],
    );
  }

  /** Notes what an enrichment's question is, before it is sent. */
  async noteQuestion(
    enrichmentId: string,
    { model, requestHash, erasures }: { model: string; requestHash: string; erasures: number },
  ): Promise<void> {
    await this.manager.query(
      `update message_batch_items set model = $3, request_hash = $4, erasures = $5
        where org_id = $1 and enrichment_id = $2`,
      [this.orgId, enrichmentId, model, requestHash, erasures],
    );
  }

  /** Lets questions wait for the next message batch: this one is full. */
  async putBack(enrichmentIds: readonly string[]): Promise<void> {
    await this.manager.query(
      `update message_batch_items set message_batch_id = null
        where org_id = $1 and enrichment_id = any($2) and outcome = 'waiting'`,
      [this.orgId, enrichmentIds],
    );
  }

  /** Committed before it is sent: from here on it may have been accepted. */
  async markSent(id: string, requests: number): Promise<void> {
    await this.manager.query(
      `update message_batches set sent_at = now(), requests = $3
        where org_id = $1 and id = $2 and state = 'submitting'`,
      [this.orgId, id, requests],
    );
  }

  /** The provider said that it did not take it. */
  async markUnsent(id: string): Promise<void> {
    await this.manager.query(
      `update message_batches set sent_at = null where org_id = $1 and id = $2 and state = 'submitting'`,
      [this.orgId, id],
    );
  }

  /** Milliseconds since it was sent with an end that nobody knows. */
  async sentForMs(id: string): Promise<number> {
    const rows: { ms: number | null }[] = await this.manager.query(
      `select (extract(epoch from now() - sent_at) * 1000)::float8 as ms from message_batches
        where org_id = $1 and id = $2`,
      [this.orgId, id],
    );
    return rows[0]?.ms ?? 0;
  }

  /**
   * Takes a batch of the provider's as this one. False where it is another's, of whatever organisation; belongs into a
   * transaction of its own, which is spoilt then.
   */
  async adopt(id: string, providerBatchId: string): Promise<boolean> {
    try {
      await this.manager.query(
        `update message_batches set provider_batch_id = $3, state = 'submitted', submitted_at = coalesce(sent_at, now()),
                sent_at = null
          where org_id = $1 and id = $2 and state = 'submitting'`,
        [this.orgId, id, providerBatchId],
      );
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /** Its results name questions of somebody else: what was sent is looked for again. */
  async disown(id: string): Promise<void> {
    await this.manager.query(
      `update message_batches set state = 'submitting', sent_at = submitted_at, provider_batch_id = null,
              foreign_ids = foreign_ids || provider_batch_id, polled_at = null, cancel_asked_at = null
        where org_id = $1 and id = $2 and state = 'submitted'`,
      [this.orgId, id],
    );
  }

  async notePoll(id: string): Promise<void> {
    await this.manager.query('update message_batches set polled_at = now() where org_id = $1 and id = $2', [
      this.orgId,
      id,
    ]);
  }

  async noteCancelAsked(id: string): Promise<void> {
    await this.manager.query(
      'update message_batches set cancel_asked_at = now(), polled_at = null where org_id = $1 and id = $2',
      [this.orgId, id],
    );
  }

  /** Counts a read of the results that broke off, and returns how many there were. */
  async noteBrokenRead(id: string): Promise<number> {
    const [rows]: [{ count: number }[], number] = await this.manager.query(
      `update message_batches set broken_reads = broken_reads + 1 where org_id = $1 and id = $2
        returning broken_reads as count`,
      [this.orgId, id],
    );
    return rows[0]?.count ?? 0;
  }

  /** Writes how a question came back. The first word stays; tells whether this was it. */
  async settleItem(enrichmentId: string, outcome: MessageBatchOutcome): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update message_batch_items set outcome = $3, settled_at = now()
        where org_id = $1 and enrichment_id = $2 and outcome = 'waiting' returning 1`,
      [this.orgId, enrichmentId, outcome],
    );
    return rows.length === 1;
  }

  /** Calls off what waits to be sent, and returns whose questions those were. */
  async callOff(batchId: string): Promise<string[]> {
    const [rows]: [{ enrichmentId: string }[], number] = await this.manager.query(
      `update message_batch_items set outcome = 'called_off', settled_at = now()
        where org_id = $1 and batch_id = $2 and outcome = 'waiting' and message_batch_id is null
        returning enrichment_id as "enrichmentId"`,
      [this.orgId, batchId],
    );
    return rows.map(({ enrichmentId }) => enrichmentId);
  }

  async end(id: string): Promise<void> {
    await this.manager.query(
      `update message_batches set state = 'ended', ended_at = now() where org_id = $1 and id = $2 and state <> 'ended'`,
      [this.orgId, id],
    );
  }

  /** Enrichments that have to be told how their question came back, and the workflows that work on them. */
  async untold(batchId: string, most: number): Promise<{ enrichmentId: string; workflowId: string }[]> {
    return this.manager.query(
      `select i.enrichment_id as "enrichmentId", r.workflow_id as "workflowId"
         from message_batch_items i join enrichments e on e.org_id = i.org_id and e.id = i.enrichment_id
              join runs r on r.org_id = e.org_id and r.id = e.run_id
        where i.org_id = $1 and i.batch_id = $2 and i.outcome <> 'waiting' and i.told_at is null
        order by i.enrichment_id limit $3`,
      [this.orgId, batchId, most],
    );
  }

  async noteTold(enrichmentIds: readonly string[]): Promise<void> {
    await this.manager.query(
      'update message_batch_items set told_at = now() where org_id = $1 and enrichment_id = any($2)',
      [this.orgId, enrichmentIds],
    );
  }

  /** Message batches of some batches by state, and their questions by outcome. */
  async summaries(batchIds: readonly string[]): Promise<(batchId: string) => MessageBatchSummary> {
    const batches = await this.counted('message_batches', 'state', batchIds);
    const questions = await this.counted('message_batch_items', 'outcome', batchIds);
    return (batchId) => ({ batches: batches.get(batchId) ?? {}, questions: questions.get(batchId) ?? {} });
  }

  private async counted(
    table: 'message_batches' | 'message_batch_items',
    column: 'state' | 'outcome',
    batchIds: readonly string[],
  ): Promise<Map<string, Record<string, number>>> {
    if (batchIds.length === 0) return new Map();
    const rows: { batchId: string; counts: Record<string, number> }[] = await this.manager.query(
      `select batch_id as "batchId", json_object_agg(key, count) as counts from (
         select batch_id, ${column} as key, count(*)::integer as count from ${table}
          where org_id = $1 and batch_id = any($2) group by 1, 2) counted group by 1`,
      [this.orgId, batchIds],
    );
    return new Map(rows.map(({ batchId, counts }) => [batchId, counts]));
  }
}

function isUniqueViolation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === UNIQUE_VIOLATION;
}
