import { parseContent } from '@docket/adapters/parsing/parse-content';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { parseSparseVector } from '@docket/domain/search/sparse-vector';
import { analyserLanguage, languageTerm } from '@docket/domain/text/analyser';
import { createHash, randomUUID } from 'node:crypto';

export interface FileToStore {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
  /** A BCP 47 tag, or `auto`. */
  language?: string;
}

/** What a worker takes by default. */
const LIMITS = { maxTextCharacters: 20 * 1_048_576, maxChunks: 5_000 };

/** The profile that the first migration made: `hashed`. */
const HASHED_PROFILE_ID = 1;

/**
 * Makes one file searchable without a workflow: the parser, the chunks, the weights and the rows are the ones that an
 * ingest makes, written through the same repositories in one transaction. Returns the document's id.
 */
export async function storeFile(tenants: TenantDatabase, orgId: string, file: FileToStore): Promise<string> {
  const parsed = await parseContent(file.bytes, file, {
    language: file.language ?? 'auto',
    hashedVectorsUpTo: 5_000,
    ...LIMITS,
  });
  const chunks = parsed.chunks.map((chunk) => ({
    ...chunk,
    sectionPath: [...chunk.sectionPath],
    id: randomUUID(),
  }));
  const frequencies = new Map([[languageTerm(analyserLanguage(parsed.language)), chunks.length]]);
  for (const { weights } of chunks) {
    for (const term of parseSparseVector(weights).keys())
      frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  }
  const documentId = randomUUID();
  const newContentId = randomUUID();
  await tenants.withTenant(orgId, async (tx) => {
    await tx.documents.insert({
      id: documentId,
      collectionId: await tx.collections.findOrCreate('default', randomUUID()),
      title: parsed.title ?? file.fileName,
      sourceUrl: null,
      externalKey: file.fileName,
      metadata: {},
    });
    const sha256 = createHash('sha256').update(file.bytes).digest();
    await tx.contents.claim(
      { sha256, parserKind: parsed.kind, language: file.language ?? 'auto', pipelineVersion: 1 },
      { newId: newContentId, runId: randomUUID(), sizeBytes: file.bytes.length, leaseSeconds: 60 },
    );
    await tx.contents.storeParsed(newContentId, 1, {
      objectKey: `contents/${newContentId}/original`,
      textKey: `contents/${newContentId}/text.txt`,
      title: parsed.title,
      metadata: { ...parsed.metadata },
      detectedLanguage: parsed.language,
      pageCount: parsed.pageCount,
      chunkCount: chunks.length,
      lexemeTerms: [...frequencies.keys()],
      lexemeDeltas: [...frequencies.values()],
      timings: {},
    });
    await tx.chunks.replaceAll(newContentId, chunks);
    await tx.chunks.upsertVectors(
      newContentId,
      HASHED_PROFILE_ID,
      chunks.flatMap(({ id, vector }) => (vector ? [{ chunkId: id, vector }] : [])),
    );
    await tx.contents.markIndexed(newContentId, 1);
    await tx.lexemes.appendContent(newContentId, 1);
    await tx.documents.makeCurrent(documentId, 1, newContentId, parsed.title);
  });
  return documentId;
}
