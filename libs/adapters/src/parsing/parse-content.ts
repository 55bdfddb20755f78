import { chunkDocument, type Chunk } from '@docket/domain/document/chunking';
import { indexedText } from '@docket/domain/document/indexed-text';
import type { ParserKind } from '@docket/domain/document/media-types';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { embedHashed } from '@docket/domain/embedding/hashed';
import { DocketError } from '@docket/domain/errors';
import { termWeights } from '@docket/domain/search/lexical';
import { formatSparseVector, parseSparseVector } from '@docket/domain/search/sparse-vector';
import { analyse, analyserLanguage, languageTerm, type AnalyserLanguage } from '@docket/domain/text/analyser';
import { detectLanguage } from '@docket/domain/text/language-detection';
import { sniffMediaType } from './media-type.js';
import type { DeclaredType, ParsedChunk, ParsedContent, ParseOptions, TermFrequencies } from './parse-job.js';
import { loadParser } from './parsers.js';

/** Runs each part of the work that does not wait for anything; a child bounds its time there. */
export type Guard = <T>(work: () => T) => T;

/**
 * Everything that is made of a file's bytes alone: type, text, chunks, their term weights and, if asked for,
 * hashed vectors. Deterministic but for the timings. Runs inside a parser child; call it in the worker's own
 * process only for content that is trusted and small.
 *
 * @throws DocketError `upload.type_mismatch`, `document.type_unsupported`, `document.empty`,
 * `document.unreadable`, or `document.too_large` when the text or the number of chunks is above its limit.
 */
export async function parseContent(
  bytes: Uint8Array,
  declared: DeclaredType,
  options: ParseOptions,
  guard: Guard = (work) => work(),
): Promise<ParsedContent> {
  const startedAt = performance.now();
  const kind = sniffMediaType(bytes, declared);
  const parse = await loadParser(kind);
  const document = await within(() => guard(() => parse(bytes)));
  return guard(() => contentOf(kind, document, options, startedAt));
}

function contentOf(
  kind: ParserKind,
  document: ParsedDocument,
  options: ParseOptions,
  startedAt: number,
): ParsedContent {
  if (document.text === '') {
    throw new DocketError('document.empty', 'The file holds no text. Upload a file with text in it.');
  }
  limit(document.text.length, options.maxTextCharacters, 'characters of text');
  const parsedAt = performance.now();
  const chunks = chunkDocument(document);
  limit(chunks.length, options.maxChunks, 'passages');
  const language = options.language === 'auto' ? detectLanguage(document.text) : options.language;
  const readAs = analyserLanguage(language);
  const weights = weightsOf(chunks, readAs);
  const chunkedAt = performance.now();
  const embeds = chunks.length <= options.hashedVectorsUpTo;
  const vectors = chunks.map((chunk) => (embeds ? embedHashed(indexedText(chunk)) : null));
  return {
    kind,
    text: document.text,
    title: document.title,
    metadata: document.metadata,
    pageCount: document.pageCount,
    language,
    chunks: chunks.map((chunk, index) => parsedChunk(chunk, weights[index] ?? '', vectors[index] ?? null)),
    frequencies: frequenciesOf(weights, readAs),
    timings: {
      parseMs: parsedAt - startedAt,
      chunkMs: chunkedAt - parsedAt,
      embedMs: performance.now() - chunkedAt,
    },
  };
}

function parsedChunk(chunk: Chunk, weights: string, vector: Float32Array | null): ParsedChunk {
  return { ...chunk, weights, vector };
}

async function within(parse: () => ParsedDocument | Promise<ParsedDocument>): Promise<ParsedDocument> {
  try {
    return await parse();
  } catch (error) {
    // The only RangeErrors of parsers are an exhausted stack and a string beyond V8's limit of 512 MB.
    if (error instanceof RangeError) {
      throw new DocketError('document.unreadable', 'The file is nested too deeply to be read.', {
        cause: error,
      });
    }
    throw error;
  }
}

function limit(found: number, most: number, unit: string): void {
  if (found > most) {
    throw new DocketError(
      'document.too_large',
      `The file holds ${found} ${unit}; at most ${most} are taken. Split it.`,
    );
  }
}

function frequenciesOf(weights: readonly string[], language: AnalyserLanguage): TermFrequencies {
  const counts = new Map([[languageTerm(language), weights.length]]);
  for (const vector of weights) {
    for (const term of parseSparseVector(vector).keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return { terms: `{${[...counts.keys()].join()}}`, counts: `{${[...counts.values()].join()}}` };
}

function weightsOf(chunks: readonly Chunk[], language: AnalyserLanguage): string[] {
  const terms = chunks.map((chunk) => analyse(indexedText(chunk), language));
  return terms.map((own, index) =>
    formatSparseVector(termWeights(own, [terms[index - 1] ?? [], terms[index + 1] ?? []])),
  );
}
