import type { EntityManager } from 'typeorm';
import { bestPostings, type PostingList, type PostingPlace } from '@docket/domain/search/posting-lists';
import { firstLook, type FirstLook } from './first-look.js';
import { filterParameters, SHOWN_SQL, type SearchFilter } from './visible-documents.js';

/**
 * Candidates of the lists that are scored in full. More than the 300 that are wanted, since some of them may belong to
 * documents that were deleted or have a newer version; and more still where a filter takes some away. Of a scan's ten best at
 * 100,000 passages 400 find as many as 600 do (0.999), for two thirds of the work (`make bench-search`).
 */
const CANDIDATES = 400;
const FILTERED_CANDIDATES = 600;

/** Passages of a block: some seconds' ingest, and as much work to merge as a worker may do beside its own. */
const BLOCK_PASSAGES = 4_096;

/** Contents that are in no block: not merged yet, or given up with another content of the same block. */
const UNMERGED_SQL = `
  select c.id from contents c where c.org_id = $1 and c.posting_block is null
  union all
  select c.id from contents c
    left join posting_blocks b on b.org_id = $1 and b.id = c.posting_block
   where c.org_id = $1 and c.posting_block is not null and b.id is null`;

/** The lexical leg of large organisations: passages by term, in blocks. */
export class PostingRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * The best passages by their full score, looked for among those that the lists of `terms` put in front, and among all that
   * are in no block yet. With every term of the query these are the passages that a scan finds.
   *
   * @param terms weights of the query's terms that candidates are found by
   * @param query pgvector's text form of all the query's weights
   */
  async lexicalTop(
    terms: ReadonlyMap<number, number>,
    query: string,
    filter: SearchFilter,
    limit: number,
  ): Promise<FirstLook> {
    // Statements of their own, each planned for the ids at hand: in one, the planner expects half the organisation to be
    // unmerged. Whether a passage is shown is asked of each by an index, which a subplan does: there are some hundreds.
    const { places, unmerged } = await this.candidates(
      terms,
      Object.keys(filter).length === 0 ? CANDIDATES : FILTERED_CANDIDATES,
    );
    return firstLook(
      this.manager,
      `with asked as (
         select l.chunk_id, l.content_id, l.weights
           from unnest($8::bigint[], $9::integer[]) c (block_id, place)
           join posting_members m on m.org_id = $1 and m.block_id = c.block_id and m.place = c.place
           join chunk_lexical l on l.org_id = $1 and l.chunk_id = m.chunk_id
         union all
         select l.chunk_id, l.content_id, l.weights from chunk_lexical l
          where l.org_id = $1 and l.content_id = any($10::uuid[])
       )
       select asked.chunk_id as id, asked.weights, asked.weights <#> $6::sparsevec as distance from asked
        where exists (select 1 from documents d where d.current_content_id = asked.content_id and ${SHOWN_SQL} offset 0)
        offset 0`,
      [
        ...filterParameters(this.orgId, filter),
        query,
        limit,
        places.map(({ block }) => block),
        places.map(({ place }) => place),
        unmerged,
      ],
    );
  }

  /** The passages that the lists of these terms put in front, and the contents that no list knows of. */
  private async candidates(
    terms: ReadonlyMap<number, number>,
    most: number,
  ): Promise<{ places: PostingPlace[]; unmerged: string[] }> {
    const rows: (
      { block: string; term: number; postings: Buffer; content: null } | { block: null; content: string }
    )[] = await this.manager.query(
      `select l.block_id as block, l.term, l.postings, null::uuid as content
         from posting_lists l where l.org_id = $1 and l.term = any($2::integer[])
       union all
       select null, null, null, u.id from (${UNMERGED_SQL}) u`,
      [this.orgId, [...terms.keys()]],
    );
    const lists: PostingList[] = [];
    const unmerged: string[] = [];
    for (const row of rows) {
      if (row.block === null) unmerged.push(row.content);
      else lists.push({ block: row.block, weight: terms.get(row.term) ?? 0, postings: row.postings });
    }
    return { places: bestPostings(lists, most), unmerged };
  }

  /**
   * Merges contents that are in no block into a new one, and returns how many passages there were; 0 when those that wait
   * have fewer than `atLeast`. Their rows stay locked, so that whoever erases or remakes one of them finds the block that
   * it is in. A repeat finds nothing, and of two workers one does nothing.
   */
  async merge(atLeast: number, most = BLOCK_PASSAGES): Promise<number> {
    const [lock]: { free: boolean }[] = await this.manager.query(
      `select pg_try_advisory_xact_lock(hashtextextended('docket:postings:' || $1, 0)) as free`,
      [this.orgId],
    );
    if (!lock?.free) return 0;
    const waiting: { id: string; passages: number }[] = await this.manager.query(
      `select c.id, c.chunk_count as passages from contents c
        where c.org_id = $1 and c.id in (${UNMERGED_SQL}) and c.state = 'indexed' and c.chunk_count > 0
        order by c.id limit $2 for no key update of c skip locked`,
      [this.orgId, most],
    );
    let passages = 0;
    const taken = waiting.filter((content) => {
      const fits = passages + content.passages <= most || passages === 0;
      if (fits) passages += content.passages;
      return fits;
    });
    if (passages < atLeast) return 0;
    await this.write(taken.map(({ id }) => id));
    return passages;
  }

  private async write(contentIds: readonly string[]): Promise<void> {
    // Text is the one form of a sparse vector that SQL can take apart: `{1:0.5,7:1.25}/1000000000`.
    await this.manager.query(
      `with members as materialized (
         select l.chunk_id, l.weights, row_number() over (order by l.content_id, l.chunk_id)::integer as place
           from chunk_lexical l where l.org_id = $1 and l.content_id = any($2::uuid[])
       ), block as (
         insert into posting_blocks (org_id) values ($1) returning id
       ), placed as (
         insert into posting_members (org_id, block_id, place, chunk_id)
         select $1, block.id, m.place, m.chunk_id from members m, block
       ), entries as (
         select m.place, split_part(entry, ':', 1)::integer as term, split_part(entry, ':', 2)::real as weight
           from members m,
                string_to_table(substring(m.weights::text from 2 for position('}' in m.weights::text) - 2), ',') entry
          where entry <> ''
       ), lists as (
         insert into posting_lists (org_id, term, block_id, postings)
         select $1, e.term, block.id, string_agg(int4send(e.place) || float4send(e.weight), '' order by e.place)
           from entries e, block group by e.term, block.id
       )
       update contents c set posting_block = block.id from block where c.org_id = $1 and c.id = any($2::uuid[])`,
      [this.orgId, contentIds],
    );
  }
}
