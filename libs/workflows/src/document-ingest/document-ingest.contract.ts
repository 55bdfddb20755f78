import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to start a document's ingest and to talk to it. */

export const DOCUMENT_INGEST = 'documentIngest';

/** Raised with every change of a message's shape; old shapes stay decodable for as long as their runs may live. */
export const DOCUMENT_INGEST_SCHEMA_VERSION = 1;

export interface DocumentIngestInput {
  schemaVersion: 1;
  /** Database ids (UUIDs). */
  orgId: string;
  documentId: string;
  versionId: string;
  runId: string;
  /** Number of the version, from 1. */
  version: number;
  /** Shown in the Temporal Web UI: the document's public id. */
  subject: string;
  /** True when the bytes are stored already, as with inline text: nothing is waited for. */
  uploaded: boolean;
  /** Milliseconds the upload address is good for, counted from the start. A duration, so that no two clocks meet. */
  uploadWindowMs: number;
}

export interface DocumentIngestResult {
  schemaVersion: 1;
  contentId: string;
  chunkCount: number;
  /** True when the bytes had been indexed before, by whichever document. */
  reused: boolean;
}

/** Signal `uploadCompleted`: somebody says the bytes are stored. It may be wrong, early, or said twice. */
export const UPLOAD_COMPLETED = 'uploadCompleted';
export interface UploadCompletedSignal {
  schemaVersion: 1;
}

/** Query `progress`. */
export const PROGRESS = 'progress';
export interface DocumentIngestProgress {
  schemaVersion: 1;
  state:
    | 'awaiting_upload'
    | 'processing'
    | 'indexed'
    | 'upload_expired'
    | 'rejected'
    | 'index_error'
    | 'cancelled';
}

/**
 * The id under which a version is ingested, by public ids. One id per version: a second start finds the first, and a
 * retry is a new execution under the same id.
 */
export function documentIngestWorkflowId(org: string, document: string, version: number): string {
  return `document-ingest:${org}:${document}:v${version}`;
}

/** What an ingest is about. Database ids (UUIDs). */
export interface DocumentIngestSubject {
  orgId: string;
  documentId: string;
  versionId: string;
  runId: string;
  version: number;
}

/**
 * The input of an ingest, to be stored with its run. Fields are picked one by one, so that whole rows may be passed.
 *
 * @param subject the document's public id
 */
export function documentIngestInput(
  { orgId, documentId, versionId, runId, version }: DocumentIngestSubject,
  subject: string,
  upload: { uploaded: boolean; uploadWindowMs: number },
): DocumentIngestInput {
  const { uploaded, uploadWindowMs } = upload;
  return {
    schemaVersion: DOCUMENT_INGEST_SCHEMA_VERSION,
    orgId,
    documentId,
    versionId,
    runId,
    version,
    subject,
    uploaded,
    uploadWindowMs,
  };
}

/** How an ingest shows itself in Temporal, and what becomes of its input when it is started late. */
export const documentIngestStart: KindOfRun<DocumentIngestInput> = {
  summary: ({ subject, version }) => `${subject} v${version}`,
  state: ({ uploaded }) => (uploaded ? 'uploaded' : 'awaiting_upload'),
  // The address runs out while nobody has started the run that waits for it.
  inputAt: (input, { queuedForMs }) => ({
    ...input,
    uploadWindowMs: Math.max(0, input.uploadWindowMs - queuedForMs),
  }),
};
