import type { ParsedContent } from '@docket/adapters/parsing/parse-job';
import type { ChunkVector } from '@docket/db/chunks';
import type { RunEvent } from '@docket/db/runs';
import { Context } from '@temporalio/activity';
import { ContentBusy } from './content-busy.js';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { IngestSubject } from './document-ingest.types.js';
import { passages } from './ingest-history.js';
import { toChunkRows, toContentRow } from './parsed-rows.js';

/** Where the content's objects lie, and under which profiles it is to have vectors. */
export interface ContentPlace {
  objectKey: string;
  textKey: string;
  /** The profile of the vectors that the parser made; null when none is wanted. */
  hashedProfileId: number | null;
  profileCount: number;
}

/**
 * Writes everything that parsing made of a content in one transaction: passages, lexical weights, vectors when they were
 * made on the way and the content is small, and the lines of the history. Returns how many passages still lack a vector.
 *
 * @throws ContentBusy when the claim was lost; nothing is written then
 */
export async function storeParsedContent(
  on: DocumentIngestDependencies,
  subject: IngestSubject,
  claim: { contentId: string; fencingToken: number },
  parsed: ParsedContent,
  place: ContentPlace,
): Promise<number> {
  const chunks = toChunkRows(parsed, () => on.newId());
  const { hashedProfileId } = place;
  const vectorsMade = hashedProfileId === null ? 0 : chunks.filter(({ vector }) => vector).length;
  const missing = chunks.length * place.profileCount - vectorsMade;
  const timings = wholeMilliseconds(parsed.timings);
  const { parseMs, chunkMs, embedMs } = timings;
  // Made before the transaction, which then does nothing but write.
  const row = toContentRow(parsed, place.objectKey, place.textKey);
  return on.tenants.withTenant(subject.orgId, async (tx) => {
    if (!(await tx.contents.storeParsed(claim.contentId, claim.fencingToken, row)))
      throw new ContentBusy(Context.current().info.attempt);
    const ids = await tx.chunks.replaceAll(claim.contentId, chunks);
    if (hashedProfileId !== null)
      await tx.chunks.upsertVectors(claim.contentId, hashedProfileId, vectorsOf(chunks, ids));
    await tx.versions.move(subject.versionId, {
      state: 'processing',
      step: missing > 0 ? 'embed' : 'index',
      timings: { parseMs, chunkMs, ...(missing > 0 ? {} : { embedMs }) },
    });
    await tx.runs.addEvents(subject.runId, storedEvents(on.now(), parsed, timings, missing === 0));
    return missing;
  });
}

function vectorsOf(
  chunks: readonly { vector: Float32Array | null }[],
  ids: readonly string[],
): ChunkVector[] {
  return chunks.flatMap(({ vector }, ordinal) => {
    const chunkId = ids[ordinal];
    return vector && chunkId !== undefined ? [{ chunkId, vector }] : [];
  });
}

/** What the history says of the steps that this one transaction completes. */
function storedEvents(
  at: Date,
  parsed: ParsedContent,
  { parseMs, chunkMs, embedMs }: ParsedContent['timings'],
  embedded: boolean,
): RunEvent[] {
  const { attempt } = Context.current().info;
  const done = { at, outcome: 'succeeded', attempt } as const;
  const count = passages(parsed.chunks.length);
  const parse = `Parsed as ${parsed.kind}: ${parsed.text.length} characters of text`;
  return [
    { ...done, step: 'parse', what: parse, durationMs: parseMs },
    { ...done, step: 'chunk', what: `Cut into ${count}`, durationMs: chunkMs },
    ...(embedded ? [{ ...done, step: 'embed', what: `Embedded ${count}`, durationMs: embedMs }] : []),
  ];
}

function wholeMilliseconds(timings: ParsedContent['timings']): ParsedContent['timings'] {
  return {
    parseMs: Math.round(timings.parseMs),
    chunkMs: Math.round(timings.chunkMs),
    embedMs: Math.round(timings.embedMs),
  };
}
