import type { Block, HeadingBlock, ParsedDocument } from './parsed-document.js';
import { splitRange, trimmed, type SizedRange } from './chunking-split.js';

/** A block, or a part of one that is too large to stay whole. */
export interface Piece extends SizedRange {
  readonly page: number | null;
  readonly isHeading: boolean;
  /** Set for what must not end a chunk: a heading, or the line that announces a list. */
  readonly keepsWithNext: boolean;
}

/** A heading with what stands directly under it, up to the next heading of any level. */
export interface Section {
  /** Headings above and of this section, outermost first, without the document's title. */
  readonly path: readonly string[];
  readonly pieces: Piece[];
}

/** A heading longer than this is a paragraph in disguise; the path keeps its beginning. */
const LONGEST_HEADING = 200;

/** Tokens up to which a line ending in a colon counts as the announcement of what follows. */
const LONGEST_LEAD_IN = 60;

/** Cuts a document into its sections, in order, with every block cut to at most `maxTokens`. */
export function sectionsOf(document: ParsedDocument, maxTokens: number): Section[] {
  const titleHeading = findTitleHeading(document);
  const open: { level: number; heading: string }[] = [];
  let section: Section = { path: [], pieces: [] };
  const sections = [section];
  for (const block of document.blocks) {
    if (block.kind === 'heading') {
      while ((open.at(-1)?.level ?? 0) >= block.level) open.pop();
      const heading = headingText(document, block);
      if (block !== titleHeading && heading !== '') open.push({ level: block.level, heading });
      section = { path: open.map((each) => each.heading), pieces: [] };
      sections.push(section);
    }
    section.pieces.push(...piecesOf(document.text, block, maxTokens));
  }
  return sections.filter(({ pieces }) => pieces.length > 0);
}

function piecesOf(text: string, block: Block, maxTokens: number): Piece[] {
  const whole = trimmed(text, block.start, block.end);
  if (whole === null) return [];
  const isHeading = block.kind === 'heading';
  const leadsIn =
    block.kind === 'paragraph' &&
    whole.tokens <= LONGEST_LEAD_IN &&
    /[:：]$/u.test(text.slice(whole.end - 1, whole.end));
  return splitRange(text, whole, block.kind, maxTokens).map((part) => ({
    ...part,
    page: block.page,
    isHeading,
    keepsWithNext: isHeading || leadsIn,
  }));
}

/**
 * The heading that is the document's title and so no part of any section path: a first-level heading that
 * says the same as the title, or the only first-level heading when it opens the document.
 */
function findTitleHeading(document: ParsedDocument): HeadingBlock | null {
  const outermost = document.blocks
    .filter((block) => block.kind === 'heading')
    .filter(({ level }) => level === 1);
  const title = document.title === null ? null : comparable(document.title);
  const [first] = outermost;
  if (first === undefined) return null;
  if (outermost.length === 1 && first === document.blocks[0]) return first;
  return outermost.find((block) => comparable(headingText(document, block)) === title) ?? null;
}

function headingText(document: ParsedDocument, block: HeadingBlock): string {
  const longest = document.text.slice(block.start, Math.min(block.end, block.start + LONGEST_HEADING));
  return longest.replace(/\s+/gu, ' ').trim().toWellFormed();
}

function comparable(heading: string): string {
  return heading.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}
