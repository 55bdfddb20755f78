import { estimateTokens } from './chunking-tokens.js';
import { sectionsOf, type Piece } from './chunking-sections.js';
import type { ParsedDocument } from './parsed-document.js';

export { estimateTokens } from './chunking-tokens.js';

/** A passage of a document: what is indexed, found, shown and quoted. */
export interface Chunk {
  /** Exactly `document.text.slice(charStart, charEnd)`. */
  readonly text: string;
  /** Headings above and at the passage, outermost first, without the document's title. */
  readonly sectionPath: readonly string[];
  /** Page on which the passage begins, one-based; null where the format has no pages. */
  readonly page: number | null;
  readonly charStart: number;
  readonly charEnd: number;
  /** By `estimateTokens`. */
  readonly tokenCount: number;
}

/** Sizes of chunks in estimated tokens. */
export interface ChunkSizes {
  /** What a long section is cut into. */
  readonly target: number;
  /** No chunk is larger. */
  readonly most: number;
  /** A chunk that is smaller joins its neighbour where that keeps the section path true. */
  readonly least: number;
  /** What such a joined chunk may hold. */
  readonly joined: number;
}

export const CHUNK_SIZES: ChunkSizes = { target: 250, most: 350, least: 30, joined: 150 };

interface Draft {
  path: readonly string[];
  pieces: Piece[];
  tokens: number;
}

/**
 * Cuts a document into passages by its structure. A section that fits is one chunk, so that a hit is a whole answer
 * under its heading; a longer one is cut between blocks into about equal parts; lists, tables and code stay whole
 * unless they alone exceed a chunk. Chunks are in order, do not overlap, and together hold all text but white space.
 * Deterministic, and linear in the text.
 */
export function chunkDocument(document: ParsedDocument, sizes: ChunkSizes = CHUNK_SIZES): Chunk[] {
  const drafts = sectionsOf(document, sizes.most).flatMap(({ path, pieces }) => pack(path, pieces, sizes));
  return joinSmall(drafts, sizes).map(({ path, pieces }) => toChunk(document.text, path, pieces));
}

/** Fills chunks of one section with its pieces in order, aiming at equal sizes rather than a full and a tiny one. */
function pack(path: readonly string[], pieces: readonly Piece[], sizes: ChunkSizes): Draft[] {
  const total = sum(pieces);
  const aim = total <= sizes.most ? sizes.most : total / Math.ceil(total / sizes.target);
  const drafts: Draft[] = [];
  let open: Draft = { path, pieces: [], tokens: 0 };
  for (const piece of pieces) {
    const overflows = open.tokens + piece.tokens > sizes.most;
    if (open.pieces.length > 0 && (overflows || open.tokens >= aim)) {
      const carried = takeLeadIns(open, sizes.most - piece.tokens);
      if (open.pieces.length > 0) drafts.push(open);
      open = { path, pieces: carried, tokens: sum(carried) };
    }
    open.pieces.push(piece);
    open.tokens += piece.tokens;
  }
  drafts.push(open);
  return drafts;
}

/** Takes headings and announcing lines off the end of a chunk, as far as they fit in front of what they announce. */
function takeLeadIns(draft: Draft, room: number): Piece[] {
  const carried: Piece[] = [];
  let left = room;
  for (let last = draft.pieces.at(-1); last?.keepsWithNext === true; last = draft.pieces.at(-1)) {
    left -= last.tokens;
    if (left < 0) break;
    draft.pieces.pop();
    draft.tokens -= last.tokens;
    carried.unshift(last);
  }
  return carried;
}

/**
 * Joins chunks that are too small to stand alone with the next one: a bare heading with what follows it, a small
 * section with its sibling or first child. The joined path is what both have in common, except that a bare heading
 * adds nothing to be found under it.
 */
function joinSmall(drafts: readonly Draft[], sizes: ChunkSizes): Draft[] {
  const joined: Draft[] = [];
  for (const draft of drafts) {
    const before = joined.at(-1);
    if (before === undefined || before.tokens + draft.tokens > sizes.most) {
      joined.push(draft);
    } else if (before.pieces.every((piece) => piece.isHeading)) {
      joined[joined.length - 1] = merged(draft.path, before, draft);
    } else if (isJoinable(before, draft, sizes)) {
      joined[joined.length - 1] = merged(commonPath(before.path, draft.path), before, draft);
    } else {
      joined.push(draft);
    }
  }
  return joined;
}

function isJoinable(before: Draft, after: Draft, sizes: ChunkSizes): boolean {
  return (
    Math.min(before.tokens, after.tokens) < sizes.least &&
    before.tokens + after.tokens <= sizes.joined &&
    areNeighbours(before.path, after.path)
  );
}

function merged(path: readonly string[], before: Draft, after: Draft): Draft {
  return { path, pieces: [...before.pieces, ...after.pieces], tokens: before.tokens + after.tokens };
}

/** Siblings under one parent, or a section and its first child. */
function areNeighbours(before: readonly string[], after: readonly string[]): boolean {
  const common = commonPath(before, after).length;
  return common >= before.length - 1 && common >= after.length - 1;
}

function commonPath(left: readonly string[], right: readonly string[]): readonly string[] {
  const differs = left.findIndex((heading, index) => heading !== right[index]);
  return differs === -1 ? left : left.slice(0, differs);
}

function sum(pieces: readonly Piece[]): number {
  return pieces.reduce((total, piece) => total + piece.tokens, 0);
}

function toChunk(text: string, path: readonly string[], pieces: readonly Piece[]): Chunk {
  const charStart = pieces[0]?.start ?? 0;
  const charEnd = pieces.at(-1)?.end ?? 0;
  const passage = text.slice(charStart, charEnd);
  return {
    text: passage,
    sectionPath: path,
    page: pieces[0]?.page ?? null,
    charStart,
    charEnd,
    tokenCount: estimateTokens(passage),
  };
}
