import type { ParsedContent } from '@docket/adapters/parsing/parse-job';
import type { ParsedContentRow } from '@docket/db/contents';
import type { NewChunk } from '@docket/db/chunks';

/** The rows of a content's passages, each with its vector where one was made on the way. */
export function toChunkRows(
  parsed: ParsedContent,
  newId: () => string,
): (NewChunk & { vector: Float32Array | null })[] {
  return parsed.chunks.map((chunk) => ({ ...chunk, sectionPath: [...chunk.sectionPath], id: newId() }));
}

/** What is kept of a content beside its passages, with its part of the org's document frequencies. */
export function toContentRow(parsed: ParsedContent, objectKey: string, textKey: string): ParsedContentRow {
  return {
    objectKey,
    textKey,
    title: parsed.title,
    metadata: { ...parsed.metadata },
    detectedLanguage: parsed.language,
    pageCount: parsed.pageCount,
    chunkCount: parsed.chunks.length,
    lexemeTerms: parsed.frequencies.terms,
    lexemeDeltas: parsed.frequencies.counts,
    timings: { ...parsed.timings },
  };
}
