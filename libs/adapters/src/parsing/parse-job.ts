import type { ParserKind } from '@docket/domain/document/media-types';

/** What the upload says of itself; only a hint until the bytes have been looked at. */
export interface DeclaredType {
  readonly mediaType: string;
  readonly fileName: string;
}

export interface ParseOptions {
  /** A BCP 47 tag as asked for, or `auto`. */
  readonly language: string;
  /** Most passages up to which hashed vectors are made as well; 0 where the embedded embedder is not in use. */
  readonly hashedVectorsUpTo: number;
  /** Highest length of the extracted text, in UTF-16 code units. */
  readonly maxTextCharacters: number;
  readonly maxChunks: number;
}

/** One file to parse: its bytes, or the path of a file that the pool's children may read. */
export interface ParseJob {
  readonly source: { readonly bytes: Uint8Array } | { readonly path: string };
  readonly declared: DeclaredType;
  readonly options: ParseOptions;
}

export interface ParsedChunk {
  readonly text: string;
  readonly sectionPath: readonly string[];
  readonly page: number | null;
  readonly charStart: number;
  readonly charEnd: number;
  readonly tokenCount: number;
  /** BM25 term weights in pgvector's text form of a `sparsevec(1000000000)`. */
  readonly weights: string;
  /** `embedHashed` of the chunk, or null when no vectors were asked for. */
  readonly vector: Float32Array | null;
}

/**
 * In how many passages each term stands, and how many there are under the pseudo-term of their language. Both as Postgres
 * writes arrays of integers: a large file has hundreds of thousands, which the worker would else have to put into words.
 */
export interface TermFrequencies {
  readonly terms: string;
  readonly counts: string;
}

/**
 * Everything that is made of a file's bytes alone. Charges of time are wall-clock milliseconds in the child.
 */
export interface ParsedContent {
  readonly kind: ParserKind;
  readonly text: string;
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly pageCount: number | null;
  /** The language as asked for, or as found (`und` when none is). */
  readonly language: string;
  readonly chunks: readonly ParsedChunk[];
  readonly frequencies: TermFrequencies;
  readonly timings: { readonly parseMs: number; readonly chunkMs: number; readonly embedMs: number };
}
