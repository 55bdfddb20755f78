import type { ParsedContent } from '@docket/adapters/parsing/parse-job';
import type { ParsedContentRow } from '@docket/db/contents';
import type { NewChunk } from '@docket/db/chunks';
import { parseSparseVector } from '@docket/domain/search/sparse-vector';
import { analyserLanguage, languageTerm } from '@docket/domain/text/analyser';

/** The rows of a content's passages, each with its vector where one was made on the way. */
export function toChunkRows(
  parsed: ParsedContent,
  newId: () => string,
): (NewChunk & { vector: Float32Array | null })[] {
  return parsed.chunks.map((chunk) => ({ ...chunk, sectionPath: [...chunk.sectionPath], id: newId() }));
}

/**
 * What is kept of a content beside its passages, with its part of the org's document frequencies: those of its terms,
 * and its passages under the pseudo-term of their language.
 */
export function toContentRow(parsed: ParsedContent, objectKey: string, textKey: string): ParsedContentRow {
  const counts = new Map([[languageTerm(analyserLanguage(parsed.language)), parsed.chunks.length]]);
  for (const chunk of parsed.chunks) {
    for (const term of parseSparseVector(chunk.weights).keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return {
    objectKey,
    textKey,
    title: parsed.title,
    metadata: { ...parsed.metadata },
    detectedLanguage: parsed.language,
    pageCount: parsed.pageCount,
    chunkCount: parsed.chunks.length,
    lexemeTerms: [...counts.keys()],
    lexemeDeltas: [...counts.values()],
    timings: { ...parsed.timings },
  };
}
