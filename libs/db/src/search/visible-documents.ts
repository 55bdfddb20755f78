/** Which passages may be shown. All parts must hold. */
export interface SearchFilter {
  collectionId?: string;
  documentIds?: readonly string[];
  mediaType?: string;
  /** Pairs that the document's metadata must contain. */
  metadata?: Record<string, string>;
}

/** Whether a document `d` is one that may be shown, by the parameters that `filterParameters` gives, which come first. */
export const SHOWN_SQL = `
       d.org_id = $1 and d.deleted_at is null and d.current_content_id is not null
     and ($2::uuid is null or d.collection_id = $2)
     and ($3::uuid[] is null or d.id = any($3))
     and ($4::text is null or exists (select 1 from document_versions v where v.org_id = $1
            and v.document_id = d.id and v.version = d.current_version and v.media_type = $4))
     and ($5::jsonb is null or d.metadata @> $5)`;

export function filterParameters(orgId: string, filter: SearchFilter): unknown[] {
  return [
    orgId,
    filter.collectionId ?? null,
    filter.documentIds ?? null,
    filter.mediaType ?? null,
    filter.metadata ? JSON.stringify(filter.metadata) : null,
  ];
}
