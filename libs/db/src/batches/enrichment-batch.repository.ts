import type { EnrichmentState } from '@docket/domain/enrichment/state-rules';
import type { EntityManager } from 'typeorm';
import type { TicketFilter } from '../tickets/ticket.repository.js';
import { countedByBatch, type OfBatch } from './batch.repository.js';

/** Which tickets a batch is about. */
export interface TicketSelection extends TicketFilter {
  /** Tickets that came at or after this time, and before that. */
  since?: Date;
  until?: Date;
}

/** The parameters of `IS_SELECTED`, the organisation first. */
export function selectionParameters(
  orgId: string,
  { state, category, priority, q, since, until }: TicketSelection,
): unknown[] {
  return [
    ...[orgId, state ?? null, category ?? null, priority ?? null, q ?? null],
    ...[since ?? null, until ?? null],
  ];
}

/** The filters of the list of tickets, and the time at which they came, on a ticket `t`. */
export const IS_SELECTED = `t.org_id = $1 and ($2::text is null or t.state = $2)
  and ($3::text is null or t.category = $3) and ($4::text is null or t.priority = $4)
  and ($5::text is null or exists (select 1 from ticket_revisions r where r.org_id = t.org_id and r.ticket_id = t.id
        and r.revision = t.revision and position(lower($5) in lower(r.subject || ' ' || t.external_id)) > 0))
  and ($6::timestamptz is null or t.created_at >= $6) and ($7::timestamptz is null or t.created_at < $7)`;

const SELECTED = `from tickets t where ${IS_SELECTED}`;

/** What is special about batches whose items are tickets. */
export class EnrichmentBatchRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Chooses tickets as the batch's items, and returns how many they are. They go from row to row inside the database. */
  async chooseTickets(batchId: string, selection: TicketSelection): Promise<number> {
    const rows: { count: number }[] = await this.manager.query(
      `with chosen as (
         insert into batch_items (org_id, batch_id, item_id) select t.org_id, $8, t.id ${SELECTED} returning 1
       ) select count(*)::integer as count from chosen`,
      [...this.parametersOf(selection), batchId],
    );
    return rows[0]?.count ?? 0;
  }

  /** How many tickets a selection would choose now, by state; the most first. */
  async countTickets(selection: TicketSelection): Promise<{ state: EnrichmentState; count: number }[]> {
    return this.manager.query(
      `select t.state, count(*)::integer as count ${SELECTED} group by 1 order by count desc, 1`,
      this.parametersOf(selection),
    );
  }

  /** Enrichments of a batch that are under way. */
  async countOpen(batchId: string): Promise<number> {
    const rows: { count: number }[] = await this.manager.query(
      `select count(*)::integer as count from enrichments where org_id = $1 and batch_id = $2
          and state in ('queued', 'running', 'waiting_for_provider')`,
      [this.orgId, batchId],
    );
    return rows[0]?.count ?? 0;
  }

  /**
   * Milliseconds from a run's row to the question for a model: how long it waited to be taken up, and how long the search
   * took. The median over some runs; one that has not come so far counts with its age, once that is more than `slowMs`.
   * Null when none counts.
   */
  async medianMsToQuestion(runIds: readonly string[], slowMs: number): Promise<number | null> {
    const rows: { median: number | null }[] = await this.manager.query(
      `select percentile_cont(0.5) within group (order by took) as median
         from (select case when e.timings ? 'retrieveMs'
                           then extract(epoch from r.started_at - r.created_at) * 1000
                                + coalesce((e.timings->>'prepareMs')::float8, 0) + (e.timings->>'retrieveMs')::float8
                           when e.state = 'queued' then extract(epoch from now() - r.created_at) * 1000
                      end as took, e.timings ? 'retrieveMs' as has_come
                 from runs r join enrichments e on e.org_id = r.org_id and e.run_id = r.id
                where r.org_id = $1 and r.id = any($2)) as seen
        where has_come or took > $3`,
      [this.orgId, runIds, slowMs],
    );
    return rows[0]?.median ?? null;
  }

  /**
   * Whether an enrichment that no batch began was written within the given time, by whatever org: batches share the machines
   * with all of them. That, and nothing else of other orgs, is what the function tells.
   */
  async hasCompany(withinSeconds: number): Promise<boolean> {
    const rows: { found: boolean }[] = await this.manager.query(
      'select coalesce(docket_last_single_enrichment_at() > now() - make_interval(secs => $1), false) as found',
      [withinSeconds],
    );
    return rows[0]?.found ?? false;
  }

  /** Runs of a batch that nobody has taken up yet. */
  async queuedRuns(batchId: string): Promise<string[]> {
    const rows: { run_id: string }[] = await this.manager.query(
      `select run_id from enrichments where org_id = $1 and batch_id = $2 and state = 'queued' order by run_id`,
      [this.orgId, batchId],
    );
    return rows.map(({ run_id }) => run_id);
  }

  /** What has become of the enrichments that batches began, by their state now. */
  async states(batchIds: readonly string[]): Promise<OfBatch<Partial<Record<EnrichmentState, number>>>> {
    const rows: { batchId: string; key: EnrichmentState; count: number }[] = await this.manager.query(
      `select batch_id as "batchId", state as key, count(*)::integer as count from enrichments
        where org_id = $1 and batch_id = any($2) group by 1, 2`,
      [this.orgId, batchIds],
    );
    return countedByBatch(rows);
  }

  private parametersOf(selection: TicketSelection): unknown[] {
    return selectionParameters(this.orgId, selection);
  }
}
