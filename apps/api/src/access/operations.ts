import type { Scope } from './scopes.js';

export interface OperationRule {
  /** What the caller's credential must allow; `any` for every valid one, null for what needs none. */
  scope: Scope | 'any' | null;
}

/**
 * Every operation of the API and what it takes to call it. The guard, OpenAPI and the tests read this table; an
 * operation that is not in it cannot be declared.
 */
export const OPERATIONS = {
  createUpload: { scope: 'documents:write' },
  createDocument: { scope: 'documents:write' },
  confirmUpload: { scope: 'documents:write' },
  listDocuments: { scope: 'documents:read' },
  getDocument: { scope: 'documents:read' },
  updateDocument: { scope: 'documents:write' },
  listDocumentVersions: { scope: 'documents:read' },
  listDocumentChunks: { scope: 'documents:read' },
  getDocumentContent: { scope: 'documents:read' },
  getDocumentHistory: { scope: 'documents:read' },
  createCollection: { scope: 'documents:write' },
  listCollections: { scope: 'documents:read' },
  getCollection: { scope: 'documents:read' },
  deleteCollection: { scope: 'documents:write' },
  search: { scope: 'search' },
  listEmbeddingProfiles: { scope: 'documents:read' },
  listRuns: { scope: 'runs:read' },
  getRun: { scope: 'runs:read' },
  getRunHistory: { scope: 'runs:read' },
  getMe: { scope: 'any' },
  getHealth: { scope: null },
  getReadiness: { scope: null },
  getMetrics: { scope: null },
} as const satisfies Record<string, OperationRule>;

export type OperationId = keyof typeof OPERATIONS;
