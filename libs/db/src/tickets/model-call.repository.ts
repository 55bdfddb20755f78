import type { TokenUsage } from '@docket/domain/model/token-usage';
import type { EntityManager } from 'typeorm';

export interface ModelParameters {
  effort: string;
  maxOutputTokens: number;
}

export interface ModelCall {
  id: string;
  round: number;
  attempt: number;
  provider: string;
  modelAsked: string;
  modelAnswered: string | null;
  /** What was asked of the provider beside the text; null for calls from before it was noted. */
  parameters: ModelParameters | null;
  requestHash: string;
  /** `completed`, `refused` or `truncated` for an answer; the error's code otherwise. */
  outcome: string;
  output: string | null;
  stopDetail: string | null;
  usage: TokenUsage;
  costMicros: number | null;
  /** What the provider's cache of prompts took off. */
  savedMicros: number;
  /** Asked in a message batch, and what that took off. */
  isBatched: boolean;
  batchSavedMicros: number;
  priceTable: string | null;
  latencyMs: number;
  providerRequestId: string | null;
  /** True for an answer that does not count any longer: the same was asked again. */
  setAside: boolean;
  createdAt: Date;
}

export type NewModelCall = Omit<ModelCall, 'createdAt' | 'isBatched' | 'batchSavedMicros'> & {
  enrichmentId: string;
  ticketId: string;
  isBatched?: boolean;
  batchSavedMicros?: number;
};

export interface UsageRow {
  day: string;
  provider: string;
  model: string;
  promptVersion: number | null;
  calls: number;
  usage: TokenUsage;
  costMicros: number;
  savedMicros: number;
  /** Of the calls, those asked in message batches, and what that took off. */
  batchedCalls: number;
  batchSavedMicros: number;
  /** Calls of a model without a price: their cost is not in the sum. */
  unpricedCalls: number;
}

const USAGE_SQL = (aggregate: string) => `json_build_object('input', ${aggregate}(input_tokens),
  'output', ${aggregate}(output_tokens), 'cacheRead', ${aggregate}(cache_read_tokens),
  'cacheWrite', ${aggregate}(cache_write_tokens)) as usage`;

const COLUMNS = `id, round, attempt, provider, model_asked as "modelAsked", model_answered as "modelAnswered",
  parameters, request_hash as "requestHash", outcome, output, stop_detail as "stopDetail", ${USAGE_SQL('')},
  cost_micros::float8 as "costMicros", saved_micros::float8 as "savedMicros", price_table as "priceTable", latency_ms as "latencyMs",
  provider_request_id as "providerRequestId", set_aside as "setAside", is_batched as "isBatched",
  batch_saved_micros::float8 as "batchSavedMicros", created_at as "createdAt"`;

/** An answer was paid for, also one that was set aside. */
const IS_ANSWER = `outcome in ('completed', 'refused', 'truncated')`;

export class ModelCallRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Keeps a call. Of two answers to one question of one enrichment the first stays; tells whether this was it. */
  async insert(call: NewModelCall): Promise<boolean> {
    const { usage } = call;
    const rows: unknown[] = await this.manager.query(
      `insert into model_calls (org_id, id, enrichment_id, ticket_id, round, attempt, provider, model_asked,
              model_answered, request_hash, outcome, output, stop_detail, input_tokens, output_tokens, cache_read_tokens,
              cache_write_tokens, cost_micros, price_table, latency_ms, provider_request_id, set_aside, saved_micros, is_batched,
              batch_saved_micros, parameters)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
               $24, $25, $26)
       on conflict do nothing returning id`,
      [
        ...[this.orgId, call.id, call.enrichmentId, call.ticketId, call.round, call.attempt, call.provider],
        ...[
          call.modelAsked,
          call.modelAnswered,
          call.requestHash,
          call.outcome,
          call.output,
          call.stopDetail,
        ],
        ...[usage.input, usage.output, usage.cacheRead, usage.cacheWrite, call.costMicros, call.priceTable],
        ...[call.latencyMs, call.providerRequestId, call.setAside, call.savedMicros],
        ...[call.isBatched ?? false, call.batchSavedMicros ?? 0],
        call.parameters && JSON.stringify(call.parameters),
      ],
    );
    return rows.length > 0;
  }

  /** The answer to a question of an enrichment; null while there is none. */
  async answer(enrichmentId: string, round: number): Promise<ModelCall | null> {
    const rows: ModelCall[] = await this.manager.query(
      `select ${COLUMNS} from model_calls where org_id = $1 and enrichment_id = $2 and round = $3 and ${IS_ANSWER}
          and not set_aside`,
      [this.orgId, enrichmentId, round],
    );
    return rows[0] ?? null;
  }

  /** An answer to exactly the same question that was paid for by an enrichment which was superseded meanwhile. */
  async answerOfSuperseded(ticketId: string, requestHash: string): Promise<ModelCall | null> {
    const rows: ModelCall[] = await this.manager.query(
      `select ${COLUMNS} from model_calls c where c.org_id = $1 and c.ticket_id = $2 and c.request_hash = $3
          and c.outcome = 'completed' and not c.set_aside and exists (select 1 from enrichments e where e.org_id = $1
                and e.id = c.enrichment_id and e.state = 'superseded')
        order by c.created_at desc limit 1`,
      [this.orgId, ticketId, requestHash],
    );
    return rows[0] ?? null;
  }

  /** Whether any superseded enrichment of the ticket has an answer, to look for the same question among. */
  async hasAnswerOfSuperseded(ticketId: string): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      `select 1 from model_calls c join enrichments e on e.org_id = c.org_id and e.id = c.enrichment_id
        where c.org_id = $1 and c.ticket_id = $2 and c.outcome = 'completed' and not c.set_aside
          and e.state = 'superseded' limit 1`,
      [this.orgId, ticketId],
    );
    return rows.length > 0;
  }

  /** Lets the answers of an enrichment count no longer, so that its questions are asked anew. */
  async setAside(enrichmentId: string): Promise<void> {
    await this.manager.query(
      `update model_calls set set_aside = true
        where org_id = $1 and enrichment_id = $2 and ${IS_ANSWER} and not set_aside`,
      [this.orgId, enrichmentId],
    );
  }

  /** Every call of an enrichment, oldest first. */
  async ofEnrichment(enrichmentId: string): Promise<ModelCall[]> {
    return this.manager.query(
      `select ${COLUMNS} from model_calls where org_id = $1 and enrichment_id = $2 order by created_at, id`,
      [this.orgId, enrichmentId],
    );
  }

  /** What was used per day (UTC), provider, model and version of the prompt. */
  async usage(from: Date, to: Date): Promise<UsageRow[]> {
    return this.manager.query(
      `select to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD') as day, c.provider, model_asked as model,
              e.prompt_version as "promptVersion",
              count(*)::integer as calls, ${USAGE_SQL('sum')}, coalesce(sum(cost_micros), 0)::float8 as "costMicros",
              coalesce(sum(saved_micros), 0)::float8 as "savedMicros",
              (count(*) filter (where is_batched))::integer as "batchedCalls",
              coalesce(sum(batch_saved_micros), 0)::float8 as "batchSavedMicros",
              (count(*) filter (where cost_micros is null))::integer as "unpricedCalls"
         from model_calls c join enrichments e on e.org_id = c.org_id and e.id = c.enrichment_id
        where c.org_id = $1 and c.created_at >= $2 and c.created_at < $3 and ${IS_ANSWER}
        group by 1, 2, 3, 4 order by 1 desc, 2, 3, 4`,
      [this.orgId, from, to],
    );
  }
}
