/** Which run of which version of which document an activity works for. Database ids (UUIDs). */
export interface IngestSubject {
  orgId: string;
  documentId: string;
  versionId: string;
  version: number;
  runId: string;
}

/** What reading a file came to. Only ids and counts: bytes, text and vectors stay in storage. */
export type ReadContentResult =
  /** The passages are stored; `missingVectors` of them still need one before the content can be indexed. */
  | { outcome: 'parsed'; contentId: string; fencingToken: number; chunkCount: number; missingVectors: number }
  /** Somebody indexed these bytes before. */
  | { outcome: 'reused'; contentId: string }
  /** There is no object under the staging key: whoever said so was early. */
  | { outcome: 'not_received' };

export interface EmbedContentChunksInput extends IngestSubject {
  contentId: string;
  fencingToken: number;
}

export interface IndexContentInput extends IngestSubject {
  contentId: string;
  /** Null when the content was indexed by somebody else and only the version is to follow. */
  fencingToken: number | null;
}

export type IndexContentResult = { outcome: 'indexed'; chunkCount: number } | { outcome: 'superseded' };

export interface EndIngestInput extends IngestSubject {
  end:
    | { kind: 'upload_expired' }
    | { kind: 'rejected'; code: string; message: string }
    | { kind: 'index_error'; code: string; message: string }
    | { kind: 'cancelled' }
    /** By an operator, in Temporal: no workflow code runs then, and the reconciler says it. */
    | { kind: 'terminated' };
}

/** What `documentIngest` asks of the outside. Names are unique over all workers. */
export interface DocumentIngestActivities {
  findUploadedObject: (subject: IngestSubject & { lastLook: boolean }) => Promise<boolean>;
  readContent: (subject: IngestSubject) => Promise<ReadContentResult>;
  embedContentChunks: (input: EmbedContentChunksInput) => Promise<{ missingVectors: number }>;
  indexContent: (input: IndexContentInput) => Promise<IndexContentResult>;
  endIngest: (input: EndIngestInput) => Promise<void>;
}
