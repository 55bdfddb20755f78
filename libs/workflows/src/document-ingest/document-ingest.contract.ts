import { QUEUES } from '@docket/domain/run/queues-rules';
import { TypedSearchAttributes } from '@temporalio/common';
import { searchAttributes } from '../search-attributes.js';

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

/** A run as its starter knows it: database ids (UUIDs) beside the public ones. */
export interface DocumentIngestStart {
  orgId: string;
  documentId: string;
  versionId: string;
  runId: string;
  version: number;
  uploaded: boolean;
  uploadWindowMs: number;
  publicIds: { org: string; document: string };
}

/**
 * How a document's ingest is started, whoever does it: the API at once, or the sweep when the API died before. Started
 * twice, it runs once.
 */
export function documentIngestStartOptions({ publicIds, ...start }: DocumentIngestStart) {
  const { org, document } = publicIds;
  const input: DocumentIngestInput = { schemaVersion: 1, ...start, subject: document };
  return {
    workflowId: documentIngestWorkflowId(org, document, start.version),
    taskQueue: QUEUES.main,
    args: [input] as [DocumentIngestInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    // A run that has ended is not begun again by a late starter; a retry says so by another policy.
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    // One org's flood queues behind itself, on servers that have fairness on.
    priority: { fairnessKey: org },
    staticSummary: `${document} v${start.version}`,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.org, value: org },
      { key: searchAttributes.kind, value: DOCUMENT_INGEST },
      { key: searchAttributes.subject, value: document },
      { key: searchAttributes.state, value: start.uploaded ? 'uploaded' : 'awaiting_upload' },
    ]),
  };
}
