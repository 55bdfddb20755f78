import { EXPANSION_DEFAULTS, type FeedbackPassage } from '@docket/domain/search/query-expansion';
import { parseSparseVector } from '@docket/domain/search/sparse-vector';
import type { EntityManager } from 'typeorm';
import type { LegHit } from './search.repository.js';

/** What the first look for a query's words finds, and what its expansion is made of. */
export interface FirstLook {
  /** Best first. */
  hits: LegHit[];
  /** The best of them, with their stored weights. */
  feedback: FeedbackPassage[];
  /** In how many passages of the org each term of those stands. */
  byTerm: Map<number, number>;
}

interface Row {
  hits: [id: string, score: number][] | null;
  feedback: string[] | null;
  counts: Record<string, number> | null;
}

/**
 * Takes the best of `scored`, a query with the columns `id`, `weights` and `distance`, and fetches what expansion needs
 * along with them: asked for in statements of their own, weights and frequencies cost two round trips, at about a
 * millisecond of both processes each. The terms are compared as an array: joined, the planner went through all that the org
 * has, which at 1,000 passages was nine tenths of the time. `$1` is the org, `$7` the most hits that are wanted.
 */
export async function firstLook(
  manager: EntityManager,
  scored: string,
  parameters: unknown[],
): Promise<FirstLook> {
  const rows: Row[] = await manager.query(
    `with best as materialized (
       select id, weights, distance from (${scored}) scored where distance < 0 order by distance, id limit $7
     ), feedback as materialized (
       select id, distance, weights::text as weights from best order by distance, id limit ${EXPANSION_DEFAULTS.passages}
     ), terms as materialized (
       select distinct split_part(entry, ':', 1)::integer as term from feedback,
              string_to_table(substring(weights from 2 for position('}' in weights) - 2), ',') entry
        where entry <> ''
     ), counts as (
       select term, sum(n)::integer as n from (
         select l.term, l.chunk_count as n from lexeme_counts l
          where l.org_id = $1 and l.term = any(array(select term from terms))
         union all
         select t.term, t.delta from lexeme_changes c, unnest(c.terms, c.deltas) as t (term, delta)
          where c.org_id = $1 and t.term in (select term from terms)
       ) both_sources group by term
     )
     select (select json_agg(json_build_array(id, -distance) order by distance, id) from best) as hits,
            (select json_agg(weights order by distance, id) from feedback) as feedback,
            (select json_object_agg(term, n) from counts) as counts`,
    parameters,
  );
  return parse(rows[0]);
}

function parse(row: Row | undefined): FirstLook {
  const hits = (row?.hits ?? []).map(([id, score]) => ({ id, score }));
  return {
    hits,
    feedback: (row?.feedback ?? []).map((weights, index) => ({
      score: hits[index]?.score ?? 0,
      weights: parseSparseVector(weights),
    })),
    byTerm: new Map(Object.entries(row?.counts ?? {}).map(([term, count]) => [Number(term), count])),
  };
}
