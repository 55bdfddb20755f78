import type { DocumentView } from '@docket/db/document-view';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { ChunkTable } from '@docket/db/tables/content';
import type { RunEventDto } from '../../runs/run.dto.js';
import type { ChunkDto, DocumentDto } from './document.dto.js';

/** Ends that a retry by hand can take up again. */
const RETRYABLE_STATES: readonly string[] = ['index_error'];

export function showDocument(view: DocumentView): DocumentDto {
  return {
    id: toTypeId('document', view.id),
    title: view.title,
    collection: toTypeId('collection', view.collectionId),
    collectionName: view.collectionName,
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
export function reuseEvent(document: DocumentDto): RunEventDto {
  return {
    at: document.indexedAt ?? document.createdAt,
    step: 'index',
    what: 'The same bytes had been indexed before; the document was searchable at once, and nothing was processed',
    attempt: 1,
    durationMs: null,
    outcome: 'skipped',
    detail: {},
  };
}
