import type { DocumentView } from '@docket/db/document-view';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { ChunkTable } from '@docket/db/tables/content';
import type { RunEventDto } from '../../runs/run.dto.js';
import type { ChunkDto, DeletedDocumentDto, DocumentDto } from './document.dto.js';

/** Ends that a retry by hand can take up again. */
const RETRYABLE_STATES: readonly string[] = ['index_error'];

/** A document, or of a deleted one only what says so: from the request on, whatever its erasure has reached. */
export function showDocument(view: DocumentView): DocumentDto | DeletedDocumentDto {
  const { deletedAt, erasureRunId } = view;
  if (!deletedAt || !erasureRunId) return showLiveDocument(view);
  return {
    id: toTypeId('document', view.id),
    state: 'deleted',
    collection: view.collectionId === null ? null : toTypeId('collection', view.collectionId),
    version: view.version,
    createdAt: view.createdAt.toISOString(),
    deletedAt: deletedAt.toISOString(),
    runId: toTypeId('run', erasureRunId),
  };
}

/** A document, or a version of one, that is not deleted. */
export function showLiveDocument(view: DocumentView): DocumentDto {
  const { collectionId, collectionName } = view;
  // The database holds it: only what is deleted may be without.
  if (collectionId === null || collectionName === null)
    throw new Error(`the document ${view.id} is in no collection`);
  return {
    id: toTypeId('document', view.id),
    title: view.title,
    collection: toTypeId('collection', collectionId),
    collectionName,
    state: view.state,
    step: view.step,
    error:
      view.errorCode === null
        ? null
        : {
            code: view.errorCode,
            message: view.errorMessage ?? '',
            retryable: RETRYABLE_STATES.includes(view.state),
          },
    version: view.version,
    searchableVersion: view.currentVersion,
    fileName: view.fileName,
    mediaType: view.mediaType,
    sizeBytes: view.sizeBytes,
    sha256: view.sha256,
    language: view.language === 'auto' ? (view.detectedLanguage ?? 'auto') : view.language,
    sourceUrl: view.sourceUrl,
    externalKey: view.externalKey,
    metadata: view.metadata,
    chunkCount: view.chunkCount,
    pageCount: view.pageCount,
    timings: view.timings,
    attempts: view.attempts,
    createdAt: view.createdAt.toISOString(),
    indexedAt: view.indexedAt?.toISOString() ?? null,
    runId: view.runId === null ? null : toTypeId('run', view.runId),
  };
}

export function showChunk(chunk: ChunkTable): ChunkDto {
  return {
    id: toTypeId('chunk', chunk.id),
    sectionPath: chunk.sectionPath,
    page: chunk.page,
    charStart: chunk.charStart,
    charEnd: chunk.charEnd,
    text: chunk.text,
    tokenCount: chunk.tokenCount,
  };
}

/** The whole history of a version that needed no run. */
export function reuseEvent(document: { createdAt: string; indexedAt?: string | null }): RunEventDto {
  const what =
    'The same bytes had been indexed before; the document was searchable at once, and nothing was processed';
  return {
    at: document.indexedAt ?? document.createdAt,
    step: 'index',
    what,
    line: what,
    attempt: 1,
    durationMs: null,
    outcome: 'skipped',
    detail: {},
  };
}
