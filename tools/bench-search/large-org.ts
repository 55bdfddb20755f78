import { SCANNED_PASSAGES } from '@docket/db/lexical-leg';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { parseSparseVector } from '@docket/domain/search/sparse-vector';
import { languageTerm } from '@docket/domain/text/analyser';
import { createHash, randomUUID } from 'node:crypto';
import { passageText, randomFrom, subjectOf, vectorOf, weightsOf } from './made-up-text.ts';

/** Passages of one document: that of a long article. */
const PASSAGES_PER_DOCUMENT = 40;
/** Documents written in one transaction. */
const DOCUMENTS_AT_ONCE = 5;

export interface LargeOrg {
  orgId: string;
  apiKey: string;
  passages: number;
}

/** Fills an org with so many passages through the repositories that an ingest writes through, without bytes or parsers. */
export async function fillOrg(
  tenants: TenantDatabase,
  { orgId, passages }: LargeOrg,
  profile: { id: number; dimension: number },
): Promise<void> {
  const random = randomFrom(passages);
  const sizes = Array.from({ length: Math.ceil(passages / PASSAGES_PER_DOCUMENT) }, (_, index) =>
    Math.min(PASSAGES_PER_DOCUMENT, passages - index * PASSAGES_PER_DOCUMENT),
  );
  for (let first = 0; first < sizes.length; first += DOCUMENTS_AT_ONCE) {
    await tenants.withTenant(orgId, async (tx) => {
      const collectionId = await tx.collections.findOrCreate('default', randomUUID());
      for (const size of sizes.slice(first, first + DOCUMENTS_AT_ONCE)) {
        const subject = subjectOf(random);
        const texts = Array.from({ length: size }, () => passageText(subject, random));
        const vectors = texts.map(() => vectorOf(subject, profile.dimension, random));
        await writeDocument(tx, collectionId, texts, profile.id, vectors);
      }
    });
  }
  while ((await tenants.withTenant(orgId, (tx) => tx.lexemes.fold(1_000))) > 0);
  // As the worker does beside its work, of organisations that are large enough.
  if (passages >= SCANNED_PASSAGES)
    while ((await tenants.withTenant(orgId, (tx) => tx.postings.merge(1))) > 0);
}

type Transaction = Parameters<Parameters<TenantDatabase['withTenant']>[1]>[0];

async function writeDocument(
  tx: Transaction,
  collectionId: string,
  texts: readonly string[],
  profileId: number,
  vectors: readonly Float32Array[],
): Promise<void> {
  const [documentId, contentId] = [randomUUID(), randomUUID()];
  const title = (texts[0] ?? '').split(' ').slice(0, 4).join(' ');
  const attributes = { title, sourceUrl: null, externalKey: null, metadata: {} };
  await tx.documents.insert({ id: documentId, collectionId, ...attributes });
  await tx.contents.claim(
    {
      sha256: createHash('sha256').update(contentId).digest(),
      parserKind: 'plain_text',
      language: 'en',
      pipelineVersion: 1,
    },
    { newId: contentId, runId: randomUUID(), sizeBytes: 1, leaseSeconds: 60 },
  );
  const weights = weightsOf(texts);
  const counts = new Map([[languageTerm('en'), texts.length]]);
  for (const vector of weights)
    for (const term of parseSparseVector(vector).keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  await tx.contents.storeParsed(contentId, 1, {
    objectKey: `contents/${contentId}/original`,
    textKey: `contents/${contentId}/text.txt`,
    title,
    metadata: {},
    detectedLanguage: 'en',
    pageCount: null,
    chunkCount: texts.length,
    lexemeTerms: [...counts.keys()],
    lexemeDeltas: [...counts.values()],
    timings: {},
  });
  const chunks = texts.map((text, index) => ({
    id: randomUUID(),
    text,
    sectionPath: [],
    page: null,
    charStart: 0,
    charEnd: text.length,
    tokenCount: 60,
    weights: weights[index] ?? '',
  }));
  await tx.chunks.replaceAll(contentId, chunks);
  await tx.chunks.upsertVectors(
    contentId,
    profileId,
    vectors.map((vector, index) => ({ chunkId: chunks[index]?.id ?? '', vector })),
  );
  await tx.contents.markIndexed(contentId, 1);
  await tx.lexemes.appendContent(contentId, 1);
  await tx.documents.makeCurrent(documentId, 1, contentId, null);
}
