import type { EntityManager } from 'typeorm';

/** The pseudo-term under which the number of chunks of an org is counted; real terms start at 1. */
const CHUNK_TOTAL_TERM = 0;

export interface TermFrequencies {
  chunkTotal: number;
  /** In how many chunks each asked term stands; a term nobody wrote is absent. */
  byTerm: Map<number, number>;
}

export class LexemeRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * Adds the terms of a content to the org's counts (sign 1) or takes them away (sign -1), together with its number of
   * chunks. Appended, so that concurrent ingests never wait for each other's rows.
   */
  async appendContent(contentId: string, sign: 1 | -1): Promise<void> {
    await this.manager.query(
      `insert into lexeme_changes (org_id, terms, deltas)
       select org_id, $4::integer || lexeme_terms,
              array(select $3::integer * d from unnest(chunk_count || lexeme_deltas) with ordinality as t (d, o) order by o)
         from contents where org_id = $1 and id = $2`,
      [this.orgId, contentId, sign, CHUNK_TOTAL_TERM],
    );
  }

  /** Exact frequencies of the terms at this moment: what is folded in plus what is not yet. */
  async frequencies(terms: readonly number[]): Promise<TermFrequencies> {
    const rows: { term: number; count: number }[] = await this.manager.query(
      `select term, sum(n)::integer as count from (
         select term, chunk_count as n from lexeme_counts where org_id = $1 and term = any($2::integer[])
         union all
         select t.term, t.delta from lexeme_changes c, unnest(c.terms, c.deltas) as t (term, delta)
          where c.org_id = $1 and t.term = any($2::integer[])
       ) both_sources group by term`,
      [this.orgId, [CHUNK_TOTAL_TERM, ...terms]],
    );
    const byTerm = new Map(rows.map((row) => [row.term, row.count]));
    const chunkTotal = byTerm.get(CHUNK_TOTAL_TERM) ?? 0;
    byTerm.delete(CHUNK_TOTAL_TERM);
    return { chunkTotal, byTerm };
  }

  /**
   * Folds up to `most` changes into the counts and returns how many there were. Changes are taken with SKIP LOCKED, so
   * two workers never fold the same one; counts are touched in term order, so they never deadlock.
   */
  async fold(most: number): Promise<number> {
    const rows: { folded: number }[] = await this.manager.query(
      // Chosen once: as a subquery of the delete the planner may choose again for each row, and go past the limit.
      `with chosen as materialized (
         select id from lexeme_changes where org_id = $1 order by id limit $2 for update skip locked
       ), taken as (
         delete from lexeme_changes where org_id = $1 and id in (select id from chosen)
         returning terms, deltas
       ), summed as (
         select t.term, sum(t.delta)::integer as delta from taken, unnest(taken.terms, taken.deltas) as t (term, delta)
          group by t.term order by t.term
       ), written as (
         insert into lexeme_counts (org_id, term, chunk_count) select $1, term, delta from summed
         on conflict (org_id, term) do update set chunk_count = lexeme_counts.chunk_count + excluded.chunk_count
       )
       select count(*)::integer as folded from taken`,
      [this.orgId, most],
    );
    return rows[0]?.folded ?? 0;
  }
}
