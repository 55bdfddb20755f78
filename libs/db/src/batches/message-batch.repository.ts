import type { EntityManager } from 'typeorm';
import type { ModelParameters } from '../tickets/model-call.repository.js';

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
  /** It was found among the provider's recent ones and is as large: its results will tell whether it is this one. */
  isGuessed: boolean;
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
  /** Null before its question was built; `parameters` also for questions from before these were noted. */
  model: string | null;
  parameters: ModelParameters | null;
  requestHash: string | null;
  erasures: number | null;
}

/** A question as it is sent. */
export interface NotedQuestion {
  model: string;
  parameters: ModelParameters;
  requestHash: string;
  /** Erasures of what it shows, when it was built. */
  erasures: number;
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
  provider_batch_id as "providerBatchId", is_guessed as "isGuessed", foreign_ids as "foreignIds", submitted_at as "submittedAt",
  polled_at as "polledAt", cancel_asked_at as "cancelAskedAt", broken_reads as "brokenReads"`;

/** Whether its mark is a given one, as far as JavaScript's times tell. */
const IS_MARKED = `date_trunc('milliseconds', sent_at) is not distinct from`;

/** What became of a batch of the provider's that was to be taken. */
export type Adopted = 'adopted' | 'taken' | 'unwanted';

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

  /**
   * Puts questions that wait into a new message batch, the oldest first, and returns it. Null where none is left: another
   * attempt that gathers at the same time has them.
   */
  async gather(id: string, batchId: string, provider: string, most: number): Promise<MessageBatch | null> {
    const [made]: MessageBatch[] = await this.manager.query(
      `insert into message_batches (org_id, id, batch_id, provider) values ($1, $2, $3, $4) returning ${COLUMNS}`,
      [this.orgId, id, batchId, provider],
    );
    const [gathered]: [unknown[], number] = await this.manager.query(
      `update message_batch_items set message_batch_id = $3
        where org_id = $1 and message_batch_id is null and (org_id, enrichment_id) in (
              select org_id, enrichment_id from message_batch_items
               where org_id = $1 and batch_id = $2 and outcome = 'waiting' and message_batch_id is null
               order by created_at, enrichment_id limit $4 for update skip locked)
       returning 1`,
      [this.orgId, batchId, id, most],
    );
    if (made && gathered.length > 0) return made;
    await this.manager.query('delete from message_batches where org_id = $1 and id = $2', [this.orgId, id]);
    return null;
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
              i.model, i.parameters, i.request_hash as "requestHash", i.erasures
         from message_batch_items i join enrichments e on e.org_id = i.org_id and e.id = i.enrichment_id
        where i.org_id = $1 and i.message_batch_id = $2 order by i.created_at, i.enrichment_id`,
      [this.orgId, id],
    );
  }

  /** Notes what an enrichment's question is, before it is sent. */
  async noteQuestion(
    enrichmentId: string,
    { model, parameters, requestHash, erasures }: NotedQuestion,
  ): Promise<void> {
    await this.manager.query(
      `update message_batch_items set model = $3, request_hash = $4, erasures = $5, parameters = $6
        where org_id = $1 and enrichment_id = $2`,
      [this.orgId, enrichmentId, model, requestHash, erasures, JSON.stringify(parameters)],
    );
  }

  /** Lets questions of a message batch wait for the next one: this one is full. */
  async putBack(id: string, enrichmentIds: readonly string[]): Promise<void> {
    await this.manager.query(
      `update message_batch_items set message_batch_id = null
        where org_id = $1 and message_batch_id = $2 and enrichment_id = any($3) and outcome = 'waiting'`,
      [this.orgId, id, enrichmentIds],
    );
  }

  /**
   * Committed before it is sent: from here on it may have been accepted. Returns the mark, which is the time; null where it
   * is no longer as it was seen, since another attempt has marked it meanwhile and sends it.
   *
   * @param seen the mark of an earlier attempt; null where there was none
   */
  async markSent(id: string, requests: number, seen: Date | null): Promise<Date | null> {
    const [rows]: [{ sentAt: Date }[], number] = await this.manager.query(
      `update message_batches set sent_at = now(), requests = $3
        where org_id = $1 and id = $2 and state = 'submitting' and ${IS_MARKED} $4
       returning sent_at as "sentAt"`,
      [this.orgId, id, requests, seen],
    );
    return rows[0]?.sentAt ?? null;
  }

  /** The provider said that it did not take what was marked so. False where another attempt has marked it since. */
  async markUnsent(id: string, mark: Date): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update message_batches set sent_at = null
        where org_id = $1 and id = $2 and state = 'submitting' and ${IS_MARKED} $3 returning 1`,
      [this.orgId, id, mark],
    );
    return rows.length === 1;
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
   * Takes a batch of the provider's as this one. `taken` where it is another's, of whatever organisation; `unwanted` where
   * nobody waits for it, since this one is over or has another. Belongs into a transaction of its own, which is spoilt by
   * `taken`.
   *
   * @param how `known` where the provider gave us the id for what we sent, which is better than a guess
   */
  async adopt(id: string, providerBatchId: string, how: 'known' | 'guessed'): Promise<Adopted> {
    try {
      const [rows]: [unknown[], number] = await this.manager.query(
        `update message_batches set provider_batch_id = $3, is_guessed = $4, state = 'submitted', sent_at = null,
                submitted_at = coalesce(sent_at, submitted_at, now()),
                polled_at = null,
                foreign_ids = case when provider_batch_id <> $3 then foreign_ids || provider_batch_id
                                   else foreign_ids end
          where org_id = $1 and id = $2
            and (state = 'submitting' or state = 'submitted' and is_guessed and not $4) returning 1`,
        [this.orgId, id, providerBatchId, how === 'guessed'],
      );
      return rows.length === 1 || (await this.has(id, providerBatchId)) ? 'adopted' : 'unwanted';
    } catch (error) {
      if (isUniqueViolation(error)) return 'taken';
      throw error;
    }
  }

  private async has(id: string, providerBatchId: string): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      'select 1 from message_batches where org_id = $1 and id = $2 and provider_batch_id = $3',
      [this.orgId, id, providerBatchId],
    );
    return rows.length === 1;
  }

  /**
   * Takes a batch of the provider's from whoever guessed it to be theirs, of whatever organisation: they look for what they
   * sent again. Only for an id that the provider gave us.
   */
  async takeGuessed(provider: string, providerBatchId: string): Promise<void> {
    await this.manager.query('select docket_take_guessed_batch($1, $2)', [provider, providerBatchId]);
  }

  /** Whether somebody, of whatever organisation, guessed a batch of the provider's to be theirs, which is open yet. */
  async isGuessed(provider: string, providerBatchId: string): Promise<boolean> {
    const rows: { count: number }[] = await this.manager.query(
      'select docket_guessed_batches($1, $2) as count',
      [provider, providerBatchId],
    );
    return rows[0]?.count === 1;
  }

  /** The results of a batch of the provider's name questions of somebody else: what was sent is looked for again. */
  async disown(id: string, providerBatchId: string): Promise<void> {
    await this.manager.query(
      `update message_batches set state = 'submitting', sent_at = submitted_at, provider_batch_id = null,
              is_guessed = false, foreign_ids = foreign_ids || provider_batch_id, polled_at = null,
              cancel_asked_at = null
        where org_id = $1 and id = $2 and state = 'submitted' and provider_batch_id = $3`,
      [this.orgId, id, providerBatchId],
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

  /** Settles what waits and is in no message batch. */
  async settleUngathered(batchId: string, outcome: 'called_off' | 'refused'): Promise<void> {
    await this.manager.query(
      `update message_batch_items set outcome = $3, settled_at = now()
        where org_id = $1 and batch_id = $2 and outcome = 'waiting' and message_batch_id is null`,
      [this.orgId, batchId, outcome],
    );
  }

  /**
   * Has the question of an enrichment that is taken up again asked alone, where it was called off, or waits and is in no
   * message batch yet: it would be called off with the rest of them. One that may come back is waited for.
   */
  async askAlone(enrichmentId: string): Promise<void> {
    await this.manager.query(
      `update message_batch_items set outcome = 'refused', settled_at = now(), told_at = coalesce(told_at, now())
        where org_id = $1 and enrichment_id = $2
          and (outcome = 'called_off' or outcome = 'waiting' and message_batch_id is null)`,
      [this.orgId, enrichmentId],
    );
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
