import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to start a document's erasure. */

export const DOCUMENT_ERASURE = 'documentErasure';

/** Raised with every change of a message's shape; old shapes stay decodable for as long as their runs may live. */
export const DOCUMENT_ERASURE_SCHEMA_VERSION = 1;

/** Why it cannot be cancelled. */
export const ERASURE_NOT_CANCELLABLE =
  'The document is gone for its readers already: its erasure goes on to the end.';

export interface DocumentErasureInput {
  schemaVersion: 1;
  /** Database ids (UUIDs). */
  orgId: string;
  documentId: string;
  runId: string;
  /** Shown in the Temporal Web UI: the document's public id. */
  subject: string;
}

/** Counts only; the whole receipt is the run's result in the database. */
export interface DocumentErasureResult {
  schemaVersion: 1;
  contents: number;
  contentsKept: number;
  objects: number;
}

/** The id under which a document is erased, by public ids. One per document: it is erased once. */
export function documentErasureWorkflowId(org: string, document: string): string {
  return `document-erasure:${org}:${document}`;
}

/**
 * The input of an erasure, to be stored with its run.
 *
 * @param subject the document's public id
 */
export function documentErasureInput(
  { orgId, documentId, runId }: Omit<DocumentErasureInput, 'schemaVersion' | 'subject'>,
  subject: string,
): DocumentErasureInput {
  return { schemaVersion: DOCUMENT_ERASURE_SCHEMA_VERSION, orgId, documentId, runId, subject };
}

/** How an erasure shows itself in Temporal. */
export const documentErasureStart: KindOfRun<DocumentErasureInput> = {
  summary: ({ subject }) => subject,
  state: () => 'erasing',
};
