import type { EnrichmentResult, Passage, ResultCitation } from '@docket/domain/enrichment/result';
import type { EntityManager } from 'typeorm';
import type { StoredResult } from './enrichment.repository.js';

export interface RetrievedPassage extends Passage {
  score: number;
  lexicalRank: number | null;
  vectorRank: number | null;
}

/** The passages and citations of enrichments. Both point at chunks, and go with them when those are erased. */
export class EvidenceRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Pins what was retrieved, in its order, in place of what an attempt before this one retrieved. */
  async storePassages(enrichmentId: string, passages: readonly RetrievedPassage[]): Promise<void> {
    await this.manager.query('delete from enrichment_passages where org_id = $1 and enrichment_id = $2', [
      this.orgId,
      enrichmentId,
    ]);
    if (passages.length === 0) return;
    await this.manager.query(
      `insert into enrichment_passages
              (org_id, enrichment_id, rank, chunk_id, document_id, title, source_url, score, lexical_rank, vector_rank)
       select $1, $2, ordinal, chunk_id, document_id, title, source_url, score, lexical_rank, vector_rank
         from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::float8[], $8::integer[], $9::integer[])
           with ordinality as p (chunk_id, document_id, title, source_url, score, lexical_rank, vector_rank, ordinal)`,
      [
        this.orgId,
        enrichmentId,
        passages.map(({ chunkId }) => chunkId),
        passages.map(({ documentId }) => documentId),
        passages.map(({ title }) => title),
        passages.map(({ sourceUrl }) => sourceUrl),
        passages.map(({ score }) => score),
        passages.map(({ lexicalRank }) => lexicalRank),
        passages.map(({ vectorRank }) => vectorRank),
      ],
    );
  }

  /** Pins for one enrichment what is pinned for another, and tells how many that were. */
  async copyPassages(fromId: string, toId: string): Promise<number> {
    await this.storePassages(toId, []);
    const rows: unknown[] = await this.manager.query(
      `insert into enrichment_passages
              (org_id, enrichment_id, rank, chunk_id, document_id, title, source_url, score, lexical_rank, vector_rank)
       select org_id, $3, rank, chunk_id, document_id, title, source_url, score, lexical_rank, vector_rank
         from enrichment_passages where org_id = $1 and enrichment_id = $2 returning rank`,
      [this.orgId, fromId, toId],
    );
    return rows.length;
  }

  /** How many of the pinned passages are there still. */
  async countPassages(enrichmentId: string): Promise<number> {
    const rows: { count: number }[] = await this.manager.query(
      `select count(*)::integer as count from enrichment_passages p
         join chunks c on c.org_id = p.org_id and c.id = p.chunk_id
        where p.org_id = $1 and p.enrichment_id = $2`,
      [this.orgId, enrichmentId],
    );
    return rows[0]?.count ?? 0;
  }

  /** The pinned passages by their rank, with the text as it is stored now. One that was erased meanwhile is missing. */
  async passages(enrichmentId: string): Promise<(RetrievedPassage & { rank: number })[]> {
    return this.manager.query(
      `select p.rank, p.chunk_id as "chunkId", p.document_id as "documentId", p.title, p.source_url as "sourceUrl",
              c.section_path as "sectionPath", c.text, c.char_start as "charStart", p.score,
              p.lexical_rank as "lexicalRank", p.vector_rank as "vectorRank"
         from enrichment_passages p join chunks c on c.org_id = p.org_id and c.id = p.chunk_id
        where p.org_id = $1 and p.enrichment_id = $2 order by p.rank`,
      [this.orgId, enrichmentId],
    );
  }

  async storeCitations(enrichmentId: string, citations: readonly ResultCitation[]): Promise<void> {
    await this.manager.query('delete from enrichment_citations where org_id = $1 and enrichment_id = $2', [
      this.orgId,
      enrichmentId,
    ]);
    if (citations.length === 0) return;
    await this.manager.query(
      `insert into enrichment_citations
              (org_id, enrichment_id, marker, chunk_id, document_id, title, source_url, quote, char_start, char_end)
       select $1, $2, * from unnest($3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                                    $9::integer[], $10::integer[])`,
      [
        this.orgId,
        enrichmentId,
        citations.map(({ marker }) => marker),
        citations.map(({ chunkId }) => chunkId),
        citations.map(({ documentId }) => documentId),
        citations.map(({ title }) => title),
        citations.map(({ sourceUrl }) => sourceUrl),
        citations.map(({ quote }) => quote),
        citations.map(({ charStart }) => charStart),
        citations.map(({ charEnd }) => charEnd),
      ],
    );
  }

  /** Citations of some enrichments, in the order of their markers. */
  async citationsOf(
    enrichmentIds: readonly string[],
  ): Promise<(ResultCitation & { enrichmentId: string })[]> {
    return this.manager.query(
      `select enrichment_id as "enrichmentId", marker, chunk_id as "chunkId", document_id as "documentId", title,
              source_url as "sourceUrl", quote, char_start as "charStart", char_end as "charEnd"
         from enrichment_citations where org_id = $1 and enrichment_id = any($2) order by marker`,
      [this.orgId, enrichmentIds],
    );
  }
}

/** A stored result with its citations, which are rows of their own. */
export function wholeResult(
  stored: StoredResult | null,
  citations: readonly ResultCitation[],
): EnrichmentResult | null {
  const reply = stored?.suggestedReply ?? null;
  return stored && { ...stored, suggestedReply: reply && { ...reply, citations: [...citations] } };
}
