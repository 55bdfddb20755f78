import { indexedText } from '@docket/domain/document/indexed-text';
import type { EntityManager } from 'typeorm';
import { ChunkTable } from '../tables/content.table.js';
import { halfVector } from './half-vector.js';

/** Rows of one statement: some 2 MB of text and weights, put into words in a few milliseconds. */
const ROWS_PER_STATEMENT = 250;

/** A statement takes 65,535 parameters at most, and a vector of 4,000 dimensions has 8 kB: 128 make a megabyte. */
const VECTORS_PER_STATEMENT = 128;

export interface NewChunk {
  id: string;
  text: string;
  sectionPath: string[];
  page: number | null;
  charStart: number;
  charEnd: number;
  tokenCount: number;
  /** BM25 term weights in pgvector's text form of a sparse vector. */
  weights: string;
}

export interface ChunkVector {
  chunkId: string;
  vector: Float32Array;
}

export class ChunkRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * Writes the passages of a content with their lexical weights, in place of whatever was there. One that is there
   * already as it should be stays, with its id and its vectors: answers that were given cite it by that. Returns the ids
   * in reading order. The caller holds the content's fencing token in the same transaction.
   */
  async replaceAll(contentId: string, chunks: readonly NewChunk[]): Promise<string[]> {
    const stored = await this.manager.findBy(ChunkTable, { orgId: this.orgId, contentId });
    const same = new Map(
      stored
        .filter((old) => isSame(old, chunks[old.ordinal]))
        .map(({ ordinal, id }): [number, string] => [ordinal, id]),
    );
    if (stored.length > same.size)
      await this.manager.query(
        'delete from chunks where org_id = $1 and content_id = $2 and not (id = any($3))',
        [this.orgId, contentId, [...same.values()]],
      );
    const missing = chunks.flatMap((chunk, ordinal) => (same.has(ordinal) ? [] : [{ ...chunk, ordinal }]));
    for (let first = 0; first < missing.length; first += ROWS_PER_STATEMENT) {
      await this.insert(contentId, missing.slice(first, first + ROWS_PER_STATEMENT));
    }
    return chunks.map(({ id }, ordinal) => same.get(ordinal) ?? id);
  }

  private async insert(
    contentId: string,
    chunks: readonly (NewChunk & { ordinal: number })[],
  ): Promise<void> {
    // One statement for the rows of both tables; section paths travel as JSON, since unnest would flatten an array of
    // arrays.
    await this.manager.query(
      `with given as (
         select * from unnest($3::uuid[], $4::text[], $5::jsonb[], $6::integer[], $7::integer[], $8::integer[],
                              $9::integer[], $10::text[], $11::integer[])
           as c (id, text, section_path, page, char_start, char_end, token_count, weights, ordinal)
       ), chunk_rows as (
         insert into chunks (org_id, id, content_id, ordinal, text, section_path, page, char_start, char_end, token_count)
         select $1, id, $2, ordinal, text, array(select jsonb_array_elements_text(section_path)), page, char_start,
                char_end, token_count
           from given
       )
       insert into chunk_lexical (org_id, chunk_id, content_id, weights) select $1, id, $2, weights::sparsevec from given`,
      [
        this.orgId,
        contentId,
        chunks.map((chunk) => chunk.id),
        chunks.map((chunk) => chunk.text),
        chunks.map((chunk) => JSON.stringify(chunk.sectionPath)),
        chunks.map((chunk) => chunk.page),
        chunks.map((chunk) => chunk.charStart),
        chunks.map((chunk) => chunk.charEnd),
        chunks.map((chunk) => chunk.tokenCount),
        chunks.map((chunk) => chunk.weights),
        chunks.map((chunk) => chunk.ordinal),
      ],
    );
  }

  /**
   * Writes vectors under a profile and returns how many; none when the profile was given up meanwhile, which would leave
   * them behind. A repeat writes the same rows again.
   */
  async upsertVectors(
    contentId: string,
    profileId: number,
    vectors: readonly ChunkVector[],
  ): Promise<number> {
    let written = 0;
    for (let first = 0; first < vectors.length; first += VECTORS_PER_STATEMENT) {
      const batch = vectors.slice(first, first + VECTORS_PER_STATEMENT);
      const rows = batch.map(
        (_, index) =>
          `($1::uuid, $${2 * index + 4}::uuid, $2::uuid, $3::smallint, $${2 * index + 5}::halfvec)`,
      );
      const stored: unknown[] = await this.manager.query(
        `insert into chunk_embeddings (org_id, chunk_id, content_id, profile_id, embedding)
         select * from (values ${rows.join(', ')}) given where (select docket_keeps_vectors($3::smallint))
         on conflict (org_id, profile_id, chunk_id) do update set embedding = excluded.embedding returning 1`,
        [
          this.orgId,
          contentId,
          profileId,
          ...batch.flatMap(({ chunkId, vector }) => [chunkId, halfVector(vector)]),
        ],
      );
      written += stored.length;
    }
    return written;
  }

  /** Takes the vectors of a content under a profile away, to be made again. */
  async deleteVectors(contentId: string, profileId: number): Promise<void> {
    await this.manager.query(
      `delete from chunk_embeddings e using chunks c
        where c.org_id = $1 and c.content_id = $2 and e.org_id = $1 and e.profile_id = $3 and e.chunk_id = c.id`,
      [this.orgId, contentId, profileId],
    );
  }

  /**
   * The passages of a content that have no vector under the profile yet, in reading order, each with the text that it is
   * embedded by: headings above it and its own.
   */
  async withoutVector(
    contentId: string,
    profileId: number,
    limit: number,
  ): Promise<{ id: string; text: string }[]> {
    const rows: { id: string; text: string; sectionPath: string[] }[] = await this.manager.query(
      `select c.id, c.text, c.section_path as "sectionPath" from chunks c
        where c.org_id = $1 and c.content_id = $2 and not exists (select 1 from chunk_embeddings e
              where e.org_id = $1 and e.profile_id = $3 and e.chunk_id = c.id)
        order by c.ordinal limit $4`,
      [this.orgId, contentId, profileId, limit],
    );
    return rows.map((row) => ({ id: row.id, text: indexedText(row) }));
  }

  async countWithoutVector(contentId: string, profileId: number): Promise<number> {
    const rows: { missing: number }[] = await this.manager.query(
      `select count(*)::integer as missing from chunks c
        where c.org_id = $1 and c.content_id = $2 and not exists (select 1 from chunk_embeddings e
              where e.org_id = $1 and e.profile_id = $3 and e.chunk_id = c.id)`,
      [this.orgId, contentId, profileId],
    );
    return rows[0]?.missing ?? 0;
  }

  /** Vectors that a content lacks under the profile that answers queries, as of this moment. */
  async missingVectors(contentId: string): Promise<number> {
    const rows: { missing: string }[] = await this.manager.query(
      'select docket_missing_vectors($1, $2) as missing',
      [this.orgId, contentId],
    );
    return Number(rows[0]?.missing ?? 0);
  }

  /** Removes up to `most` vectors of a profile and returns how many. */
  async removeVectors(profileId: number, most: number): Promise<number> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `delete from chunk_embeddings where org_id = $1 and profile_id = $2 and chunk_id in (
         select chunk_id from chunk_embeddings where org_id = $1 and profile_id = $2 limit $3) returning 1`,
      [this.orgId, profileId, most],
    );
    return rows.length;
  }

  /** Passages of a content in reading order, after the given ordinal. */
  async list(contentId: string, afterOrdinal: number, limit: number): Promise<ChunkTable[]> {
    return this.manager
      .createQueryBuilder(ChunkTable, 'c')
      .where('c.org_id = :orgId and c.content_id = :contentId and c.ordinal > :afterOrdinal', {
        orgId: this.orgId,
        contentId,
        afterOrdinal,
      })
      .orderBy('c.ordinal')
      .limit(limit + 1)
      .getMany();
  }
}

/** Weights follow from the text and its headings, so they are the same, too. */
function isSame(old: ChunkTable, now: NewChunk | undefined): boolean {
  return (
    now !== undefined &&
    old.text === now.text &&
    old.charStart === now.charStart &&
    old.charEnd === now.charEnd &&
    old.tokenCount === now.tokenCount &&
    old.page === now.page &&
    old.sectionPath.length === now.sectionPath.length &&
    old.sectionPath.every((heading, index) => heading === now.sectionPath[index])
  );
}
