import type { Block, BodyBlock, ParsedDocument } from '@docket/domain/document/parsed-document';
import { withoutControls } from './text-encoding.js';

/** What lies between two blocks, so that they read apart. */
const BETWEEN_BLOCKS = '\n\n';

/** What a document says of itself beside its text. */
export interface DocumentFacts {
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Collects blocks in order and keeps their offsets in the text that they will form. */
export class DocumentBuilder {
  /** The page that the next blocks begin on; null in formats without pages. */
  page: number | null = null;
  private readonly parts: string[] = [];
  private readonly blocks: Block[] = [];
  private length = 0;
  private readonly firstHeadings = new Map<number, string>();

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  /** The first-level heading that opens the document, if one does: what most formats use as a title. */
  get leadingHeading(): string | null {
    const [first] = this.blocks;
    return first?.kind === 'heading' && first.level === 1 ? this.firstHeadingOf(1) : null;
  }

  /** The first heading of a level, wherever it stands. */
  firstHeadingOf(level: number): string | null {
    return this.firstHeadings.get(level) ?? null;
  }

  addHeading(text: string, level: number): void {
    const range = this.append(text.replace(/\s+/gu, ' '));
    if (range === null) return;
    if (!this.firstHeadings.has(level)) this.firstHeadings.set(level, range.text);
    this.blocks.push({ kind: 'heading', level, start: range.start, end: range.end, page: this.page });
  }

  add(kind: BodyBlock['kind'], text: string): void {
    const range = this.append(text);
    if (range !== null) this.blocks.push({ kind, start: range.start, end: range.end, page: this.page });
  }

  finish(facts: DocumentFacts): ParsedDocument {
    const metadata = Object.entries(facts.metadata).map(
      ([key, value]) => [oneLine(key), oneLine(value)] as const,
    );
    const title = facts.title === null ? '' : oneLine(facts.title);
    return {
      text: this.parts.join(''),
      blocks: this.blocks,
      pageCount: null,
      title: title === '' ? null : title,
      metadata: Object.fromEntries(metadata),
    };
  }

  private append(raw: string): { text: string; start: number; end: number } | null {
    // Indentation of the first line belongs to the block (code), blank lines around it do not.
    const text = withoutControls(raw)
      .replace(/^(?:[^\S\n]*\n)+/u, '')
      .trimEnd();
    if (text.trim() === '') return null;
    if (this.length > 0) {
      this.parts.push(BETWEEN_BLOCKS);
      this.length += BETWEEN_BLOCKS.length;
    }
    const start = this.length;
    this.parts.push(text);
    this.length += text.length;
    return { text, start, end: this.length };
  }
}

/** A title or a piece of metadata may say anything: no controls in it, no lone surrogates, one line. */
function oneLine(value: string): string {
  return withoutControls(value).replace(/\s+/gu, ' ').trim().toWellFormed();
}
