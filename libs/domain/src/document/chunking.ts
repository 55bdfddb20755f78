import { estimateTokens, MOST_CHARACTERS_PER_TOKEN } from './chunking-tokens.js';
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
}

/**
 * Sections of a help centre hold 65 tokens on average and seldom reach these sizes. Joining sections below 60
 * tokens with their siblings was tried: passages of twice the length, no more answers within 1,000 tokens of
 * results (0.68 either way), and 30 % instead of 95 % of the answers under their own section's path. So
 * sections are not joined; what a short one lacks in context its weights take from the neighbours
 * (`termWeights`).
 */
export const CHUNK_SIZES: ChunkSizes = { target: 250, most: 350 };

interface Draft {
  path: readonly string[];
  pieces: Piece[];
  tokens: number;
}

/**
 * Cuts a document into passages by its structure. A section that fits is one chunk, so that a hit is a whole
 * answer under its heading; a longer one is cut between blocks into about equal parts; lists, tables and code
 * stay whole unless they alone exceed a chunk. Chunks are in order, do not overlap, and together hold all
 * text but white space. Deterministic, and linear in the text.
 */
export function chunkDocument(document: ParsedDocument, sizes: ChunkSizes = CHUNK_SIZES): Chunk[] {
  const drafts = sectionsOf(document, sizes.most).flatMap(({ path, pieces }) => pack(path, pieces, sizes));
  return joinBareHeadings(drafts, sizes.most).map(({ path, pieces }) => toChunk(document.text, path, pieces));
}

/**
 * Fills chunks of one section with its pieces in order, aiming at equal sizes rather than a full and a tiny
 * one.
 */
function pack(path: readonly string[], pieces: readonly Piece[], sizes: ChunkSizes): Draft[] {
  const total = sum(pieces);
  const aim = total <= sizes.most ? sizes.most : total / Math.ceil(total / sizes.target);
  const drafts: Draft[] = [];
  let open: Draft = { path, pieces: [], tokens: 0 };
  for (const piece of pieces) {
    const overflows = open.tokens + spaceTokens(open, piece) + piece.tokens > sizes.most;
    if (open.pieces.length > 0 && (overflows || open.tokens >= aim)) {
      const carried = takeLeadIns(open, sizes.most - piece.tokens);
      if (open.pieces.length > 0) drafts.push(open);
      open = { path, pieces: carried, tokens: sum(carried) };
    }
    open.tokens += spaceTokens(open, piece) + piece.tokens;
    open.pieces.push(piece);
  }
  drafts.push(open);
  return drafts;
}

/**
 * Takes headings and announcing lines off the end of a chunk, as far as they fit in front of what they
 * announce.
 */
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

/** Joins a heading that has nothing under it with what follows: alone it would be a hit without an answer. */
function joinBareHeadings(drafts: readonly Draft[], most: number): Draft[] {
  const joined: Draft[] = [];
  for (const draft of drafts) {
    const before = joined.at(-1);
    const isBare = before?.pieces.every((piece) => piece.isHeading) ?? false;
    const joinedTokens =
      before === undefined ? 0 : before.tokens + spaceTokens(before, draft.pieces[0]) + draft.tokens;
    if (before !== undefined && isBare && joinedTokens <= most) {
      before.path = draft.path;
      before.pieces.push(...draft.pieces);
      before.tokens = joinedTokens;
    } else {
      joined.push(draft);
    }
  }
  return joined;
}

/** The white space between a draft and what is to follow it counts too: a file may hold a megabyte of it. */
function spaceTokens(draft: Draft, next: Piece | undefined): number {
  const last = draft.pieces.at(-1);
  return last === undefined || next === undefined
    ? 0
    : Math.floor((next.start - last.end) / MOST_CHARACTERS_PER_TOKEN);
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
