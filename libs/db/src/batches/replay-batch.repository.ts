import type { EntityManager } from 'typeorm';
import { IS_SELECTED, selectionParameters, type TicketSelection } from './enrichment-batch.repository.js';

/** Which enrichments a batch replays: those that some tickets show, or those of them that one batch made. */
export interface ReplaySelection extends TicketSelection {
  madeByBatch?: string;
}

/** What replays of a batch came to, held against their originals; of those that are ready. */
export interface ReplaySummary {
  compared: number;
  /** Replays in which any field came out otherwise. */
  changed: number;
  /** How often each field did, the most first. */
  fields: { field: string; changed: number }[];
  /** Categories and priorities that became others, the most first. */
  moves: { field: string; before: string | null; after: string | null; count: number }[];
  citations: { kept: number; gained: number; lost: number };
  abstentions: { before: number; after: number; gained: number; lost: number };
  costMicros: { before: number; after: number };
}

/** What is special about batches whose items are enrichments to be replayed. */
export class ReplayBatchRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Chooses enrichments with a result as the batch's items, and returns how many they are. */
  async chooseEnrichments(batchId: string, selection: ReplaySelection): Promise<number> {
    const rows: { count: number }[] = await this.manager.query(
      `with chosen as (
         insert into batch_items (org_id, batch_id, item_id) select $1, $9, e.id ${SHOWN} returning 1
       ) select count(*)::integer as count from chosen`,
      [...this.parametersOf(selection), batchId],
    );
    return rows[0]?.count ?? 0;
  }

  /** How many enrichments a selection would choose now, by the version of their prompt; the most first. */
  async countEnrichments(
    selection: ReplaySelection,
  ): Promise<{ promptVersion: number | null; count: number }[]> {
    return this.manager.query(
      `select e.prompt_version as "promptVersion", count(*)::integer as count ${SHOWN}
        group by 1 order by count desc, 1`,
      this.parametersOf(selection),
    );
  }

  /** Counted from what is stored on both sides now: what was erased of either is in no figure. */
  async summary(batchId: string): Promise<ReplaySummary> {
    const of = [this.orgId, batchId];
    const [sums]: Omit<ReplaySummary, 'fields' | 'moves' | 'citations'>[] = await this.manager.query(
      `${PAIRS} select count(*)::integer as compared,
              (count(*) filter (where cardinality(changed_fields) > 0))::integer as changed,
              json_build_object(
                'before', count(*) filter (where abstained), 'after', count(*) filter (where abstains),
                'gained', count(*) filter (where abstains and not abstained),
                'lost', count(*) filter (where abstained and not abstains)) as abstentions,
              json_build_object('before', (select ${COST} where c.enrichment_id in (select replay_of from pairs)),
                'after', (select ${COST} where c.enrichment_id in (select id from pairs))) as "costMicros"
         from pairs`,
      of,
    );
    if (!sums) throw new Error('a count of rows gave none');
    return {
      ...sums,
      fields: await this.manager.query(
        `${PAIRS} select field, count(*)::integer as changed from pairs, unnest(changed_fields) field
          group by 1 order by changed desc, field`,
        of,
      ),
      moves: await this.manager.query(
        `${PAIRS} select field, before, after, count(*)::integer as count
           from pairs, lateral (values ('category', category_before, category_after),
                                       ('priority', priority_before, priority_after)) moved (field, before, after)
          where before is distinct from after group by 1, 2, 3 order by count desc, 1, 2, 3 limit ${MOVES_SHOWN}`,
        of,
      ),
      citations: await this.citations(of),
    };
  }

  /** Two are the same where they quote the same characters of the same passage. */
  private async citations(of: unknown[]): Promise<ReplaySummary['citations']> {
    const places = (enrichment: 'id' | 'replay_of') =>
      `select distinct p.id as pair, c.chunk_id, c.char_start, c.char_end
         from pairs p join enrichment_citations c on c.org_id = $1 and c.enrichment_id = p.${enrichment}`;
    const rows: ReplaySummary['citations'][] = await this.manager.query(
      `${PAIRS} select (count(*) filter (where o.pair is not null and n.pair is not null))::integer as kept,
              (count(*) filter (where o.pair is null))::integer as gained,
              (count(*) filter (where n.pair is null))::integer as lost
         from (${places('replay_of')}) o full join (${places('id')}) n
           on n.pair = o.pair and n.chunk_id = o.chunk_id and n.char_start = o.char_start and n.char_end = o.char_end`,
      of,
    );
    return rows[0] ?? { kept: 0, gained: 0, lost: 0 };
  }

  private parametersOf(selection: ReplaySelection): unknown[] {
    return [...selectionParameters(this.orgId, selection), selection.madeByBatch ?? null];
  }
}

const MOVES_SHOWN = 50;

/** The enrichment that a ticket shows, where it has a result and is not being made again. */
const SHOWN = `from tickets t cross join lateral (
    select e.id, e.batch_id, e.prompt_version from enrichments e
     where e.org_id = t.org_id and e.ticket_id = t.id and e.replay_of is null and e.result is not null
       and e.state not in ('queued', 'running', 'waiting_for_provider', 'superseded')
     order by e.id desc limit 1) e
  where ${IS_SELECTED} and ($8::uuid is null or e.batch_id = $8)`;

/** Replays of a batch that are ready, with their originals. */
const PAIRS = `with pairs as materialized (
    select r.id, r.replay_of, r.changed_fields,
           o.result ->> 'answerable' = 'false' as abstained, r.result ->> 'answerable' = 'false' as abstains,
           o.result -> 'category' ->> 'key' as category_before, r.result -> 'category' ->> 'key' as category_after,
           o.result -> 'priority' ->> 'key' as priority_before, r.result -> 'priority' ->> 'key' as priority_after
      from enrichments r join enrichments o on o.org_id = r.org_id and o.id = r.replay_of
     where r.org_id = $1 and r.batch_id = $2 and r.state = 'ready')`;

const COST = `coalesce(sum(c.cost_micros), 0)::float8 from (select * from model_calls where org_id = $1) c`;
