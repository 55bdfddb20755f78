import type { EntityManager } from 'typeorm';
import { firstLook, type FirstLook } from './first-look.js';
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
  select d.current_content_id as content_id
    from documents d
   where ${SHOWN_SQL}`;

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
  async lexicalTop(query: string, filter: SearchFilter, limit: number): Promise<FirstLook> {
    return firstLook(
      this.manager,
      `with visible as materialized (${VISIBLE_SQL})
       select l.chunk_id as id, l.weights, l.weights <#> $6::sparsevec as distance from chunk_lexical l
        where l.org_id = $1 and l.content_id in (select content_id from visible) offset 0`,
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

  /**
   * The vector leg. Vectors have length one, so the inner product is the cosine. `exact` compares all that the filter leaves;
   * `index` asks the profile's HNSW index, which goes on looking until enough rows pass the tenant and the filter. A profile
   * without an index is compared exactly either way.
   *
   * @param query pgvector's binary form of the query's vector
   */
  async vectorTop(
    profileId: number,
    query: Buffer,
    filter: SearchFilter,
    limit: number,
    way: 'exact' | 'index',
  ): Promise<LegHit[]> {
    const dimension = query.readUInt16BE(0);
    // The index is on this very expression, and partial by a literal: a parameter would not match it. Whether a passage is
    // shown is asked of each as it comes from the index: joined, all documents were gone through for each.
    const [before, distance, shown] =
      way === 'exact'
        ? [
            `with visible as materialized (${VISIBLE_SQL})`,
            'e.embedding <#> $6::halfvec',
            'e.content_id in (select content_id from visible)',
          ]
        : [
            '',
            `e.embedding::halfvec(${dimension}) <#> $6::halfvec(${dimension})`,
            `exists (select 1 from documents d where d.current_content_id = e.content_id and ${SHOWN_SQL} offset 0)`,
          ];
    return this.manager.query(
      `${before}
       select id, -distance as score from (
         select e.chunk_id as id, ${distance} as distance from chunk_embeddings e
          where e.org_id = $1 and e.profile_id = ${Math.trunc(profileId)} and ${shown}
          order by ${distance} limit $7) nearest
        order by distance, id`,
      [...filterParameters(this.orgId, filter), query, limit],
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
      `select c.id as "chunkId", c.text, c.section_path as "sectionPath", c.page,
              c.char_start as "charStart", c.char_end as "charEnd", shown.documents
         from chunks c
        cross join lateral (
          select json_agg(json_build_object('id', d.id, 'title', d.title, 'sourceUrl', d.source_url) order by d.id) as documents
            from documents d where d.current_content_id = c.content_id and ${SHOWN_SQL}) shown
        where c.org_id = $1 and c.id = any($6::uuid[]) and shown.documents is not null`,
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
