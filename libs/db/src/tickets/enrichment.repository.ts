import type { EnrichmentResult } from '@docket/domain/enrichment/result';
import {
  enrichmentStatesThatMayBecome,
  type EnrichmentState,
  type EnrichmentStep,
} from '@docket/domain/enrichment/state-rules';
import type { EntityManager } from 'typeorm';
import type { PromptDraft } from './replay.repository.js';
import type { PageRequest } from '../connection/page.js';

/** What was known before any model was asked. */
export interface EnrichmentEvidence {
  query: string;
  language: string | null;
  signals: { lexical: number; character: number };
  retrievalConfidence: number;
  predictions: Record<'category' | 'priority' | 'team', { label: string; confidence: number }>;
  /** How many were pinned, to tell whether one has gone since; unknown of what older releases wrote. */
  passages?: number;
}

export interface Enrichment {
  id: string;
  ticketId: string;
  revision: number;
  runId: string;
  state: EnrichmentState;
  step: EnrichmentStep | null;
  askedPromptVersion: number | null;
  askedModel: string | null;
  /** The batch that began it; null where somebody waits for it. */
  batchId: string | null;
  promptVersion: number | null;
  taxonomyVersion: number | null;
  provider: string | null;
  model: string | null;
  exampleIds: string[];
  evidence: EnrichmentEvidence | null;
  /** Without its citations, which are rows of their own. */
  result: StoredResult | null;
  problems: string[];
  repaired: boolean;
  errorCode: string | null;
  errorMessage: string | null;
  timings: Record<string, number>;
  workerBuild: string | null;
  /** How often a document that it had seen was erased. */
  erasures: number;
  /** The enrichment that it is a replay or a trial of; null for one that answers its ticket. */
  replayOf: string | null;
  replayNumber: number | null;
  passagesFrom: 'pinned' | 'fresh' | null;
  isTrial: boolean;
  draft: PromptDraft | null;
  /** Names of the fields in which a replay came out otherwise than its original. */
  changedFields: string[] | null;
  createdAt: Date;
  endedAt: Date | null;
}

export type StoredResult = Omit<EnrichmentResult, 'suggestedReply'> & {
  suggestedReply: { text: string } | null;
};

export interface NewEnrichment {
  id: string;
  ticketId: string;
  revision: number;
  runId: string;
  askedPromptVersion: number | null;
  askedModel: string | null;
  batchId?: string;
}

export interface EnrichmentMove {
  state: EnrichmentState;
  step?: EnrichmentStep | null;
  error?: { code: string; message: string } | null;
  /** Milliseconds by step, added to what is there. */
  timings?: Record<string, number>;
}

export const ENRICHMENT_COLUMNS = `e.id, e.ticket_id as "ticketId", e.revision, e.run_id as "runId", e.state, e.step,
  e.asked_prompt_version as "askedPromptVersion", e.asked_model as "askedModel", e.batch_id as "batchId",
  e.prompt_version as "promptVersion",
  e.taxonomy_version as "taxonomyVersion", e.provider, e.model, e.example_ids as "exampleIds", e.evidence, e.result,
  e.problems, e.repaired, e.error_code as "errorCode", e.error_message as "errorMessage", e.timings,
  e.worker_build as "workerBuild", e.erasures, e.replay_of as "replayOf", e.replay_number as "replayNumber",
  e.passages_from as "passagesFrom", e.is_trial as "isTrial", e.draft, e.changed_fields as "changedFields",
  e.created_at as "createdAt", e.ended_at as "endedAt"`;

/** Its question waits in a message batch. */
const IS_BATCHED = `exists (select 1 from message_batch_items b where b.org_id = e.org_id and b.enrichment_id = e.id
                              and b.outcome = 'waiting')`;

export class EnrichmentRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Writes an enrichment that waits for its run. A ticket has at most one of these: look with `queued` first. */
  async insert(enrichment: NewEnrichment): Promise<void> {
    await this.manager.query(
      `insert into enrichments (org_id, id, ticket_id, revision, run_id, state, asked_prompt_version, asked_model,
              batch_id)
       values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8)`,
      [
        this.orgId,
        enrichment.id,
        enrichment.ticketId,
        enrichment.revision,
        enrichment.runId,
        enrichment.askedPromptVersion,
        enrichment.askedModel,
        enrichment.batchId ?? null,
      ],
    );
    await this.showOnTicket(enrichment.id);
  }

  async find(id: string): Promise<Enrichment | null> {
    return this.one('e.id = $2', [id]);
  }

  async lock(id: string): Promise<Enrichment | null> {
    return this.one('e.id = $2 for update', [id]);
  }

  /** Those that wait or are worked on, oldest first, locked. */
  async lockOpen(ticketId: string): Promise<Enrichment[]> {
    return this.manager.query(
      `select ${ENRICHMENT_COLUMNS} from enrichments e where e.org_id = $1 and e.ticket_id = $2 and e.replay_of is null
          and e.state in ('queued', 'running', 'waiting_for_provider') order by e.id for update`,
      [this.orgId, ticketId],
    );
  }

  async findByRun(runId: string): Promise<Enrichment | null> {
    return this.one('e.run_id = $2', [runId]);
  }

  /** The one that waits for a run to read the ticket. */
  async queued(ticketId: string): Promise<Enrichment | null> {
    return this.one(`e.ticket_id = $2 and e.state = 'queued' and e.replay_of is null for update`, [ticketId]);
  }

  /**
   * The one that counts: the newest that was not superseded, or the newest of all. One that waits for a message batch, which
   * may take a day, leaves what there was before it.
   */
  async current(ticketId: string): Promise<Enrichment | null> {
    return this.one(
      `e.ticket_id = $2 and e.replay_of is null order by e.state = 'superseded', ${IS_BATCHED}, e.id desc limit 1`,
      [ticketId],
    );
  }

  async currentOf(ticketIds: readonly string[]): Promise<Map<string, Enrichment>> {
    const rows: Enrichment[] = await this.manager.query(
      `select distinct on (e.ticket_id) ${ENRICHMENT_COLUMNS} from enrichments e where e.org_id = $1 and e.ticket_id = any($2)
          and e.replay_of is null
        order by e.ticket_id, e.state = 'superseded', ${IS_BATCHED}, e.id desc`,
      [this.orgId, ticketIds],
    );
    return new Map(rows.map((row) => [row.ticketId, row]));
  }

  async ofTicket(ticketId: string, page: PageRequest): Promise<Enrichment[]> {
    return this.manager.query(
      `select ${ENRICHMENT_COLUMNS} from enrichments e where e.org_id = $1 and e.ticket_id = $2 and e.replay_of is null
          and ($3::uuid is null or e.id < $3)
        order by e.id desc limit $4`,
      [this.orgId, ticketId, page.beforeId, page.limit + 1],
    );
  }

  /** A queued enrichment reads the newest revision, and does what was last asked of it. */
  async requeue(
    id: string,
    revision: number,
    asked: { promptVersion?: number | null; model?: string | null },
  ): Promise<void> {
    await this.manager.query(
      `update enrichments set revision = $3, asked_prompt_version = coalesce($4, asked_prompt_version),
              asked_model = coalesce($5, asked_model)
        where org_id = $1 and id = $2 and state = 'queued'`,
      [this.orgId, id, revision, asked.promptVersion ?? null, asked.model ?? null],
    );
  }

  /**
   * Ends what works on an older state of the ticket, and what awaits a decision on it that nobody has made; returns the
   * runs that ended so.
   */
  async supersedeOthers(
    ticketId: string,
    than: string,
    message: string,
  ): Promise<{ id: string; runId: string }[]> {
    const [rows]: [{ id: string; runId: string }[], number] = await this.manager.query(
      `update enrichments set state = 'superseded', ended_at = now(), error_code = 'enrichment.superseded',
              error_message = $4
        where org_id = $1 and ticket_id = $2 and id <> $3 and replay_of is null
          and (state in ('running', 'waiting_for_provider')
               or state = 'awaiting_decision'
                  and not exists (select 1 from enrichment_decisions d where d.org_id = $1
                                     and d.enrichment_id = enrichments.id and d.decision is not null))
        returning id, run_id as "runId"`,
      [this.orgId, ticketId, than, message],
    );
    return rows;
  }

  /** Moves an enrichment if its state allows it, and tells whether it did. Its ticket shows the state that it has then. */
  async move(id: string, { state, step, error, timings }: EnrichmentMove): Promise<boolean> {
    const [rows]: [{ isShown: boolean }[], number] = await this.manager.query(
      `with before as materialized (select state from enrichments where org_id = $1 and id = $2 for update)
       update enrichments e set state = $3, step = coalesce($4, step), error_code = $5, error_message = $6,
              timings = timings || $7::jsonb,
              ended_at = case when $3 in ('queued', 'running', 'waiting_for_provider') then null
                              else coalesce(ended_at, now()) end
         from before where e.org_id = $1 and e.id = $2 and e.state = any($8)
        returning before.state = $3 or e.replay_of is not null as "isShown"`,
      [
        this.orgId,
        id,
        state,
        step ?? null,
        error?.code ?? null,
        error?.message ?? null,
        JSON.stringify(timings ?? {}),
        enrichmentStatesThatMayBecome(state),
      ],
    );
    if (rows[0]?.isShown === false) await this.showOnTicket(id);
    return rows.length > 0;
  }

  /** What a run begins with: which revision it reads, under which prompt and taxonomy. */
  async begin(
    id: string,
    begun: { revision: number; promptVersion: number; taxonomyVersion: number; workerBuild: string },
  ): Promise<void> {
    await this.manager.query(
      `update enrichments set revision = $3, prompt_version = $4, taxonomy_version = $5, worker_build = $6
        where org_id = $1 and id = $2`,
      [this.orgId, id, begun.revision, begun.promptVersion, begun.taxonomyVersion, begun.workerBuild],
    );
  }

  async storeEvidence(
    id: string,
    evidence: EnrichmentEvidence,
    exampleIds: readonly string[],
  ): Promise<void> {
    await this.manager.query(
      'update enrichments set evidence = $3, example_ids = $4 where org_id = $1 and id = $2',
      [this.orgId, id, JSON.stringify(evidence), exampleIds],
    );
  }

  /** Stores what is shown, unless it has ended meanwhile: only the move to `ready` makes it count. */
  async storeResult(
    id: string,
    result: EnrichmentResult,
    { problems, repaired }: { problems: readonly string[]; repaired: boolean },
  ): Promise<void> {
    const { suggestedReply, ...rest } = result;
    const stored: StoredResult = { ...rest, suggestedReply: suggestedReply && { text: suggestedReply.text } };
    await this.manager.query(
      `update enrichments set result = $3, problems = $4, repaired = $5, provider = $6, model = $7
        where org_id = $1 and id = $2 and state in ('running', 'waiting_for_provider')`,
      [
        this.orgId,
        id,
        JSON.stringify(stored),
        JSON.stringify(problems),
        repaired,
        result.provider,
        result.model,
      ],
    );
  }

  async noteProblems(id: string, problems: readonly string[], repaired: boolean): Promise<void> {
    await this.manager.query(
      'update enrichments set problems = $3, repaired = $4 where org_id = $1 and id = $2',
      [this.orgId, id, JSON.stringify(problems), repaired],
    );
  }

  private async one(where: string, parameters: unknown[]): Promise<Enrichment | null> {
    const rows: Enrichment[] = await this.manager.query(
      `select ${ENRICHMENT_COLUMNS} from enrichments e where e.org_id = $1 and ${where}`,
      [this.orgId, ...parameters],
    );
    return rows[0] ?? null;
  }

  /** Lists filter by the ticket's row; it follows its newest enrichment that was not superseded. */
  private async showOnTicket(id: string): Promise<void> {
    await this.manager.query(
      `update tickets t set state = c.state,
              category = coalesce(c.result -> 'category' ->> 'key', t.category),
              priority = coalesce(c.result -> 'priority' ->> 'key', t.priority)
         from (select e.ticket_id, e.state, e.result from enrichments e
                where e.org_id = $1 and e.state <> 'superseded' and e.replay_of is null
                  and e.ticket_id = (select ticket_id from enrichments where org_id = $1 and id = $2
                                        and replay_of is null)
                order by ${IS_BATCHED}, e.id desc limit 1) c
        where t.org_id = $1 and t.id = c.ticket_id`,
      [this.orgId, id],
    );
  }
}
