/** What a block is; later parsers map what they find onto these, and chunking treats each its own way. */
export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code' | 'quote';

interface BlockRange {
  /** UTF-16 offset of the first code unit in the document's text. */
  readonly start: number;
  /** UTF-16 offset behind the last code unit: the range is half open. */
  readonly end: number;
  /** One-based, or null where the format has no pages. */
  readonly page: number | null;
}

/** `level` is 1 for the outermost heading, as in HTML's h1; formats with deeper levels may go past 6. */
export interface HeadingBlock extends BlockRange {
  readonly kind: 'heading';
  readonly level: number;
}

export interface BodyBlock extends BlockRange {
  readonly kind: Exclude<BlockKind, 'heading'>;
}

/**
 * A run of the text with one role. Blocks are in order, do not overlap, and leave only white space between
 * them.
 */
export type Block = HeadingBlock | BodyBlock;

/**
 * What every parser makes of a file. `text` is what is stored and shown, and all offsets point into it; it
 * has `\n` line ends and no control characters but `\n` and `\t`. `title` is the document's own (front
 * matter, first heading, HTML title), null when it has none. `metadata` holds what the file says of itself,
 * as plain strings.
 */
export interface ParsedDocument {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly pageCount: number | null;
}
