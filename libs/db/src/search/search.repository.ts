import type { EntityManager } from 'typeorm';
import { PROFILE_COLUMNS, type EmbeddingProfile } from './embedding-profiles.js';
import { filterParameters, SHOWN_SQL, type SearchFilter } from './visible-documents.js';

export type { SearchFilter } from './visible-documents.js';

export interface LegHit {
  id: string;
  score: number;
}

/** A passage with the documents that show it; the first is the one it is reported under. */
export interface PassageRow {
  chunkId: string;
  text: string;
  sectionPath: string[];
  page: number | null;
  charStart: number;
  charEnd: number;
  documents: { id: string; title: string; sourceUrl: string | null }[];
}

/**
 * Contents that a current version of a matching document shows. Everything here is decided per document, of which an
 * org has few compared with its passages, and joined to the scans below by content id.
 */
const VISIBLE_SQL = `
  select d.id, d.title, d.source_url, d.current_content_id as content_id
    from documents d
   where ${SHOWN_SQL}`;

/**
 * Visible passages up to which all vectors are compared. With 384 dimensions 10,000 take as long (7 ms) as the index does in
 * an organisation of 100,000; more dimensions move that down (`make bench-search`).
 */
const EXACT_VECTOR_PASSAGES = 10_000;

/**
 * For this transaction alone. Under row-level security an index scan that does not go on loses rows without a word: a
 * tenant with 1 % of the rows got none of ten. Ordered strictly, since the limit is taken from the scan itself.
 */
const INDEX_SETTINGS_SQL = `select set_config('hnsw.iterative_scan', 'strict_order', true),
  set_config('hnsw.ef_search', '100', true), set_config('hnsw.max_scan_tuples', '100000', true)`;

export class SearchRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * The lexical leg: BM25 as the inner product of stored term weights and the query's, over the org's visible rows.
   *
   * @param query pgvector's text form of the query's weights
   */
  async lexicalTop(query: string, filter: SearchFilter, limit: number): Promise<LegHit[]> {
    return this.manager.query(
      `with visible as materialized (${VISIBLE_SQL})
       select id, -distance as score from (
         select l.chunk_id as id, l.weights <#> $6::sparsevec as distance from chunk_lexical l
          where l.org_id = $1 and l.content_id in (select content_id from visible) offset 0) scored
        where distance < 0 order by distance, id limit $7`,
      [...filterParameters(this.orgId, filter), query, limit],
    );
  }

  /** Scores the given passages anew, for a query that was expanded after the first look. */
  async lexicalScores(query: string, chunkIds: readonly string[]): Promise<LegHit[]> {
    return this.manager.query(
      `select chunk_id as id, -(weights <#> $3::sparsevec) as score from chunk_lexical
        where org_id = $1 and chunk_id = any($2::uuid[]) order by score desc, id`,
      [this.orgId, chunkIds, query],
    );
  }

  /** Stored term weights of passages, in pgvector's text form. */
  async lexicalWeights(chunkIds: readonly string[]): Promise<Map<string, string>> {
    const rows: { id: string; weights: string }[] = await this.manager.query(
      `select chunk_id as id, weights::text as weights from chunk_lexical
        where org_id = $1 and chunk_id = any($2::uuid[])`,
      [this.orgId, chunkIds],
    );
    return new Map(rows.map((row) => [row.id, row.weights]));
  }

  /**
   * The vector leg. Vectors have length one, so the inner product is the cosine. Up to `exactUpTo` visible passages they
   * are all compared; above, the profile's HNSW index is asked, which goes on looking until enough rows pass the tenant
   * and the filter. A profile without an index is compared exactly whatever its size.
   *
   * @param query pgvector's binary form of the query's vector
   */
  async vectorTop(
    profileId: number,
    query: Buffer,
    filter: SearchFilter,
    limit: number,
    exactUpTo = EXACT_VECTOR_PASSAGES,
  ): Promise<LegHit[]> {
    const parameters = filterParameters(this.orgId, filter);
    const dimension = query.readUInt16BE(0);
    const isExact = (await this.countVisible(filter)) <= exactUpTo;
    if (!isExact) await this.manager.query(INDEX_SETTINGS_SQL);
    // The index is on this very expression, and partial by a literal: a parameter would not match it.
    const distance = isExact
      ? 'e.embedding <#> $6::halfvec'
      : `e.embedding::halfvec(${dimension}) <#> $6::halfvec(${dimension})`;
    return this.manager.query(
      `with visible as materialized (${VISIBLE_SQL})
       select id, -distance as score from (
         select e.chunk_id as id, ${distance} as distance from chunk_embeddings e
          where e.org_id = $1 and e.profile_id = ${Math.trunc(profileId)}
            and e.content_id in (select content_id from visible)
          order by ${distance} limit $7) nearest
        order by distance, id`,
      [...parameters, query, limit],
    );
  }

  /** How many passages the filter leaves. */
  async countVisible(filter: SearchFilter): Promise<number> {
    const rows: { passages: number }[] = await this.manager.query(
      `with visible as materialized (${VISIBLE_SQL})
       select coalesce(sum(c.chunk_count), 0)::integer as passages from contents c
        where c.org_id = $1 and c.id in (select content_id from visible)`,
      filterParameters(this.orgId, filter),
    );
    return rows[0]?.passages ?? 0;
  }

  /** The passages themselves, each with every document that shows it under the filter, oldest document first. */
  async passages(chunkIds: readonly string[], filter: SearchFilter): Promise<Map<string, PassageRow>> {
    const rows: PassageRow[] = await this.manager.query(
      `with visible as materialized (${VISIBLE_SQL} and d.current_content_id in (
         select asked.content_id from chunks asked where asked.org_id = $1 and asked.id = any($6::uuid[])))
       select c.id as "chunkId", c.text, c.section_path as "sectionPath", c.page,
              c.char_start as "charStart", c.char_end as "charEnd",
              (select json_agg(json_build_object('id', s.id, 'title', s.title, 'sourceUrl', s.source_url) order by s.id)
                 from visible s where s.content_id = c.content_id) as documents
         from chunks c
        where c.org_id = $1 and c.id = any($6::uuid[]) and c.content_id in (select content_id from visible)`,
      [...filterParameters(this.orgId, filter), chunkIds],
    );
    return new Map(rows.map((row) => [row.chunkId, row]));
  }

  /** Profiles that new passages get vectors under, the one that answers queries first. */
  async profilesToFill(): Promise<EmbeddingProfile[]> {
    return this.manager.query(
      `select ${PROFILE_COLUMNS} from embedding_profiles
        where state in ('active', 'building', 'standby') order by state <> 'active', id`,
    );
  }
}
