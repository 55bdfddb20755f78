import type { BlockKind } from './parsed-document.js';
import { estimateTokens, TokenCounter } from './chunking-tokens.js';

/** A range of the text without white space at its ends, and its size. */
export interface SizedRange {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

/**
 * Where a block may be cut, the best first. A later border is used only when none of an earlier kind is in
 * reach.
 */
const BLANK_LINE = 0;
const LINE = 1;
const SENTENCE = 2;
const WORD = 3;
const CHARACTER = 4;
const RANKS = [BLANK_LINE, LINE, SENTENCE, WORD, CHARACTER] as const;

type Rank = (typeof RANKS)[number];

/** Code units looked back for the start of a grapheme: longer clusters are made to annoy. */
const GRAPHEME_REACH = 32;

const WHITE_SPACE = /\s/u;
const SENTENCE_END = /[.!?…。！？]/u;
const WIDE_SENTENCE_END = /[。！？]/u;
const NEXT_ITEM = /^(?:[-*+•]|\d{1,9}[.)])\s/u;
const EXTENDS_GRAPHEME = /^[\p{M}\p{EMod}\u200d\ufe0f]/u;

/**
 * Cuts a range into parts of at most `maxTokens`, each cut at the best border in its second half: a blank
 * line or an unindented list item, then a line (so that rows of tables stay whole), then a sentence, a word,
 * and at last any character that does not tear a surrogate pair or, within 32 code units, a grapheme. The
 * parts are about equal, in order, and together hold all of the range but white space. Time is linear: no
 * character is read more than three times.
 */
export function splitRange(
  text: string,
  range: SizedRange,
  kind: BlockKind,
  maxTokens: number,
): SizedRange[] {
  if (range.tokens <= maxTokens) return [range];
  const budget = Math.min(maxTokens, Math.ceil(range.tokens / Math.ceil(range.tokens / maxTokens)) + 2);
  const parts: SizedRange[] = [];
  let start = range.start;
  while (start < range.end) {
    const cut = nextCut(text, start, range.end, kind, budget);
    const part = trimmed(text, start, cut);
    if (part !== null) parts.push(part);
    start = cut;
  }
  return parts;
}

/** The range without white space at its ends, or null when nothing is left. */
export function trimmed(text: string, from: number, to: number): SizedRange | null {
  let start = from;
  let end = to;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return start === end ? null : { start, end, tokens: estimateTokens(text.slice(start, end)) };
}

function nextCut(text: string, start: number, end: number, kind: BlockKind, budget: number): number {
  const counter = new TokenCounter();
  const latest: (number | undefined)[] = [];
  for (let index = start; index < end; index += 1) {
    if (counter.add(text.charCodeAt(index)) > budget) {
      return bestBorder(text, latest, start, index);
    }
    const rank = borderBehind(text, index, end, kind);
    if (rank !== null && counter.tokens * 2 >= budget) latest[rank] = index + 1;
  }
  return end;
}

function bestBorder(
  text: string,
  latest: readonly (number | undefined)[],
  start: number,
  index: number,
): number {
  for (const rank of RANKS) {
    const border = latest[rank];
    if (border !== undefined) return border;
  }
  return graphemeBorder(text, start, index);
}

/** The kind of border between the character at `index` and the next, or null when only a tear is possible. */
function borderBehind(text: string, index: number, end: number, kind: BlockKind): Rank | null {
  const code = text.charCodeAt(index);
  if (code === 0x0a) return lineBorder(text, index, kind);
  if (isWhiteSpace(code)) {
    return kind !== 'code' && SENTENCE_END.test(text.charAt(index - 1)) ? SENTENCE : WORD;
  }
  // Chinese and Japanese put no space behind a sentence.
  return code > 0x3000 && index + 1 < end && WIDE_SENTENCE_END.test(text.charAt(index)) ? SENTENCE : null;
}

function lineBorder(text: string, index: number, kind: BlockKind): Rank {
  if (kind === 'list') return NEXT_ITEM.test(text.slice(index + 1, index + 13)) ? BLANK_LINE : LINE;
  const isBlank = text.charCodeAt(index + 1) === 0x0a || text.charCodeAt(index - 1) === 0x0a;
  return isBlank ? BLANK_LINE : LINE;
}

function graphemeBorder(text: string, start: number, index: number): number {
  const lowest = Math.max(start + 1, index - GRAPHEME_REACH);
  for (let border = index; border >= lowest; border -= 1) {
    if (!isLowSurrogate(text, border) && !EXTENDS_GRAPHEME.test(text.slice(border, border + 2))) {
      if (text.charCodeAt(border - 1) !== 0x200d) return border;
    }
  }
  if (!isLowSurrogate(text, index)) return index;
  return index - 1 > start ? index - 1 : index + 1;
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  const before = text.charCodeAt(index - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

function isWhiteSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code >= 0xa0 && WHITE_SPACE.test(String.fromCharCode(code));
}
