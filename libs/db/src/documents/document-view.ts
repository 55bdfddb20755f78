import type { VersionState } from '@docket/domain/document/state-rules';

/** A document as it is shown: its own row, its newest version, that version's content and upload. */
export interface DocumentView {
  id: string;
  title: string;
  /** Null for a deleted document whose collection is gone. */
  collectionId: string | null;
  collectionName: string | null;
  state: VersionState;
  step: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  version: number;
  currentVersion: number | null;
  mediaType: string;
  fileName: string;
  sizeBytes: number;
  sha256: string;
  language: string;
  detectedLanguage: string | null;
  sourceUrl: string | null;
  externalKey: string | null;
  metadata: Record<string, string>;
  chunkCount: number;
  pageCount: number | null;
  timings: Record<string, number>;
  attempts: number;
  createdAt: Date;
  indexedAt: Date | null;
  runId: string | null;
  /** Set from the moment of the request, whether or not anything has been erased yet. */
  deletedAt: Date | null;
  /** Set together with it. */
  erasureRunId: string | null;
}

/**
 * The state as it is shown. The row belongs to the run, which may not have looked yet; that the bytes are here is
 * known from the upload, that the document is deleted from its row, and both are said at once.
 */
export const SHOWN_STATE = `case when d.deleted_at is not null then 'deleted' when v.state = 'awaiting_upload' and u.received_at is not null
  then 'uploaded' else v.state end`;

/** Columns of a document with the version joined as `v`. Columns are named as in {@link DocumentView}. */
export const DOCUMENT_VIEW_SQL = `
  select d.id, coalesce(nullif(d.title, ''), c.title, v.file_name) as title,
         d.collection_id as "collectionId", col.name as "collectionName",
         ${SHOWN_STATE} as state, v.step, v.error_code as "errorCode", v.error_message as "errorMessage",
         v.version, d.current_version as "currentVersion", v.media_type as "mediaType",
         v.file_name as "fileName", v.size_bytes::float8 as "sizeBytes", encode(v.sha256, 'hex') as sha256,
         v.language, c.detected_language as "detectedLanguage", d.source_url as "sourceUrl",
         d.external_key as "externalKey", d.metadata,
         case when c.indexed_at is not null then c.chunk_count else 0 end as "chunkCount",
         c.page_count as "pageCount", v.timings, coalesce(r.attempts, 0) as attempts,
         v.created_at as "versionCreatedAt", d.created_at as "createdAt", v.indexed_at as "indexedAt",
         v.run_id as "runId", d.deleted_at as "deletedAt", e.run_id as "erasureRunId"
    from documents d
    left join collections col on col.org_id = d.org_id and col.id = d.collection_id
    join document_versions v on v.org_id = d.org_id and v.document_id = d.id
    left join uploads u on u.org_id = v.org_id and u.version_id = v.id
    left join contents c on c.org_id = v.org_id and c.id = v.content_id
    left join runs r on r.org_id = v.org_id and r.id = v.run_id
    left join document_erasures e on e.org_id = d.org_id and e.document_id = d.id`;

/** The newest version of a document, or the one asked for. */
export const DOCUMENT_SQL = `${DOCUMENT_VIEW_SQL}
   where d.org_id = $1 and d.id = $2 and v.version = coalesce($3::integer, d.latest_version)`;
