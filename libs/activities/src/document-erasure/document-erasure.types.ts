/** Which document an activity erases, and the run it does it for. Database ids (UUIDs). */
export interface ErasureSubject {
  orgId: string;
  documentId: string;
  runId: string;
}

/** What the workflow's own result says of the receipt. */
export interface CompletedErasure {
  contents: number;
  contentsKept: number;
  objects: number;
}

/** What `documentErasure` asks of the outside. Names are unique over all workers. */
export interface DocumentErasureActivities {
  supersedeDocumentRuns: (subject: ErasureSubject) => Promise<void>;
  endDocumentExecutions: (subject: ErasureSubject) => Promise<void>;
  eraseDocumentRows: (subject: ErasureSubject) => Promise<void>;
  eraseDocumentObjects: (subject: ErasureSubject) => Promise<void>;
  deleteDocumentExecutions: (subject: ErasureSubject) => Promise<void>;
  completeErasure: (subject: ErasureSubject) => Promise<CompletedErasure>;
}
