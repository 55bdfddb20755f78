import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { formatSparseVector } from '@docket/domain/search/sparse-vector';
import { createHash, randomBytes } from 'node:crypto';
import { newId, type TestDatabase } from '../database.ts';

export interface SeedPassage {
  text: string;
  /** BM25 weights by term id. */
  weights: Record<number, number>;
  vector?: number[];
}

export interface SeedDocument {
  title?: string;
  collection?: string;
  externalKey?: string;
  mediaType?: string;
  metadata?: Record<string, string>;
  passages?: SeedPassage[];
}

export interface SeededDocument {
  orgId: string;
  collectionId: string;
  documentId: string;
  versionId: string;
  runId: string;
  uploadId: string;
  contentId: string;
  chunkIds: string[];
}

const PASSAGES: SeedPassage[] = [
  { text: 'Exports run at night.', weights: { 1: 1.5, 2: 0.5 }, vector: [1, 0, 0, 0] },
];

/** The profile that the migration made. */
export const PROFILE_ID = 1;

/** An indexed, searchable document with everything that hangs on one, written by the repositories. */
export async function seedDocument(
  db: TestDatabase,
  orgId: string,
  seed: SeedDocument = {},
): Promise<SeededDocument> {
  return db.tenants.withTenant(orgId, async (tx) => {
    const passages = seed.passages ?? PASSAGES;
    const collectionId = await tx.collections.findOrCreate(seed.collection ?? 'default', newId());
    const ids = {
      orgId,
      collectionId,
      documentId: newId(),
      versionId: newId(),
      runId: newId(),
      uploadId: newId(),
    };
    await insertRows(tx, ids, seed);
    const contentId = await seedContent(tx, ids.runId, passages);
    const chunkIds = passages.map(() => newId());
    await tx.chunks.replaceAll(
      contentId,
      passages.map(({ text, weights }, index) => ({
        id: chunkIds[index] ?? '',
        text,
        sectionPath: ['Section'],
        page: null,
        charStart: 0,
        charEnd: text.length,
        tokenCount: 5,
        weights: formatSparseVector(
          new Map(Object.entries(weights).map(([id, weight]) => [Number(id), weight])),
        ),
      })),
    );
    await tx.chunks.upsertVectors(
      contentId,
      PROFILE_ID,
      passages.flatMap(({ vector }, index) =>
        vector ? [{ chunkId: chunkIds[index] ?? '', vector: Float32Array.from(vector) }] : [],
      ),
    );
    await tx.lexemes.appendContent(contentId, 1);
    await tx.versions.move(ids.versionId, { state: 'processing', contentId });
    await tx.versions.move(ids.versionId, { state: 'indexed' });
    await tx.documents.makeCurrent(ids.documentId, 1, contentId, null);
    return { ...ids, contentId, chunkIds };
  });
}

async function insertRows(
  tx: TenantTransaction,
  ids: Pick<SeededDocument, 'collectionId' | 'documentId' | 'versionId' | 'runId' | 'uploadId'>,
  seed: SeedDocument,
): Promise<void> {
  const { documentId, versionId, runId } = ids;
  await tx.documents.insert({
    id: documentId,
    collectionId: ids.collectionId,
    title: seed.title ?? 'Exports',
    sourceUrl: null,
    externalKey: seed.externalKey ?? null,
    metadata: seed.metadata ?? {},
  });
  await tx.runs.insert({ ...newRun(runId), subjectId: documentId });
  await tx.versions.insert({
    ...newVersion(versionId, documentId),
    mediaType: seed.mediaType ?? 'text/markdown',
    runId,
  });
  await tx.uploads.insert({
    id: ids.uploadId,
    versionId,
    stagingKey: `staging/${tx.orgId}/${ids.uploadId}`,
    expiresAt: new Date(Date.now() + 900_000),
    receivedAt: null,
  });
  await tx.runs.join(runId, newId(), 'build');
  await tx.runs.addEvents(runId, [
    { at: new Date(), step: 'receive', what: 'Received', outcome: 'succeeded' },
  ]);
}

async function seedContent(
  tx: TenantTransaction,
  runId: string,
  passages: readonly SeedPassage[],
): Promise<string> {
  const contentId = newId();
  await tx.contents.claim(contentIdentity(), { newId: contentId, runId, sizeBytes: 10, leaseSeconds: 60 });
  const counts = new Map<number, number>();
  for (const { weights } of passages) {
    for (const term of Object.keys(weights)) counts.set(Number(term), (counts.get(Number(term)) ?? 0) + 1);
  }
  await tx.contents.storeParsed(contentId, 1, {
    ...PARSED,
    chunkCount: passages.length,
    lexemeTerms: [...counts.keys()],
    lexemeDeltas: [...counts.values()],
  });
  await tx.contents.markIndexed(contentId, 1);
  return contentId;
}

export const PARSED = {
  objectKey: 'contents/original',
  textKey: 'contents/text.txt',
  title: null,
  metadata: {},
  detectedLanguage: 'en',
  pageCount: null,
  chunkCount: 0,
  lexemeTerms: [] as number[],
  lexemeDeltas: [] as number[],
  timings: {},
};

export function contentIdentity() {
  const sha256 = createHash('sha256').update(randomBytes(16)).digest();
  return { sha256, parserKind: 'markdown', language: 'auto', pipelineVersion: 1 };
}

export function newRun(id: string) {
  const rest = { workflowId: `document-ingest:${id}`, input: {}, requestId: 'request', traceparent: null };
  return { id, kind: 'documentIngest', subjectKind: 'document' as const, subjectId: newId(), ...rest };
}

export function newVersion(id: string, documentId: string) {
  return {
    id,
    documentId,
    version: 1,
    state: 'awaiting_upload' as const,
    contentId: null,
    runId: null,
    fileName: 'exports.md',
    mediaType: 'text/markdown',
    sizeBytes: 10,
    sha256: randomBytes(32),
    language: 'auto',
    indexedAt: null,
  };
}

/** The request to erase a document, as the API writes it, with an object that is to go. */
export async function seedErasure(db: TestDatabase, { orgId, documentId }: SeededDocument): Promise<string> {
  const runId = newId();
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.documents.markDeleted(documentId);
    await tx.runs.insert({ ...newRun(runId), kind: 'documentErasure', subjectId: documentId });
    await tx.erasures.insert({ documentId, runId, requestedBy: 'key_seed' });
    await tx.objectDeletions.insert([{ id: newId(), runId, objectKey: 'contents/original' }]);
  });
  return runId;
}
