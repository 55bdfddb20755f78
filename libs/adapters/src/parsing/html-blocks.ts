import type { DocumentBuilder } from './document-builder.js';
import { collapse } from './html-tree.js';

interface OpenList {
  readonly ordered: boolean;
  count: number;
  /** Columns that the open item's marker takes. */
  indent: number;
}

/**
 * Marks a `br` in collected text, which white space must not swallow; parsing leaves no such character in
 * text.
 */
const LINE_BREAK = '\u0000';

/** Levels of lists that are indented: deeper ones stay at this depth. */
const DEEPEST_INDENT = 20;

/**
 * Turns the events of a walk into blocks: text is gathered until something breaks the flow, then becomes a
 * paragraph, or a line of the list, or words in the table cell that are open.
 */
export class HtmlBlocks {
  private inline: string[] = [];
  private readonly lists: OpenList[] = [];
  private listLines: string[] = [];
  private marker = '';
  private rows: string[][] | null = null;
  private quotes = 0;
  private verbatim = 0;

  constructor(private readonly builder: DocumentBuilder) {}

  get isInList(): boolean {
    return this.lists.length > 0;
  }

  get isInTable(): boolean {
    return this.rows !== null;
  }

  text(value: string): void {
    this.inline.push(this.verbatim > 0 ? value : value.replaceAll(LINE_BREAK, ''));
  }

  lineBreak(): void {
    this.inline.push(this.verbatim > 0 ? '\n' : LINE_BREAK);
  }

  /** Ends the run of text that is open, if any. */
  breakFlow(): void {
    if (this.verbatim > 0) return;
    const text = this.takeInline();
    if (text === '') return;
    if (this.rows !== null) this.addToCell(text);
    else if (this.isInList) this.addToList(text);
    else this.builder.add(this.quotes > 0 ? 'quote' : 'paragraph', text);
  }

  endHeading(level: number): void {
    if (this.isInList || this.isInTable) {
      this.breakFlow();
      return;
    }
    // Documentation tools end a heading with a link to itself.
    this.builder.addHeading(this.takeInline().replace(/\s*[¶§#]$/u, ''), level);
  }

  openQuote(): void {
    this.breakFlow();
    this.quotes += 1;
  }

  closeQuote(): void {
    this.breakFlow();
    this.quotes -= 1;
  }

  openVerbatim(): void {
    this.breakFlow();
    this.verbatim += 1;
  }

  closeVerbatim(): void {
    this.verbatim -= 1;
    if (this.verbatim > 0) return;
    const code = this.inline.join('').replace(/^\n/u, '');
    this.inline = [];
    if (this.rows !== null) this.addToCell(collapse(code));
    else if (this.isInList) this.addToList(code.trimEnd());
    else this.builder.add('code', code);
  }

  openList(ordered: boolean, start: number): void {
    this.breakFlow();
    this.lists.push({ ordered, count: start - 1, indent: 0 });
  }

  openItem(): void {
    this.breakFlow();
    const list = this.lists.at(-1);
    if (list === undefined) return;
    list.count += 1;
    this.marker = list.ordered ? `${list.count}. ` : '- ';
    list.indent = this.marker.length;
  }

  closeList(): void {
    this.breakFlow();
    this.lists.pop();
    this.marker = '';
    if (this.lists.length > 0) return;
    const lines = this.listLines;
    this.listLines = [];
    this.builder.add('list', lines.join('\n'));
  }

  openTable(): void {
    this.breakFlow();
    this.rows = [];
  }

  openRow(): void {
    this.breakFlow();
    this.rows?.push([]);
  }

  openCell(): void {
    this.breakFlow();
    this.rows?.at(-1)?.push('');
  }

  closeTable(): void {
    this.breakFlow();
    const rows = (this.rows ?? []).filter((row) => row.some((cell) => cell !== ''));
    this.rows = null;
    const text = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
    if (text === '') return;
    if (this.isInList) this.addToList(text);
    else this.builder.add('table', text);
  }

  private takeInline(): string {
    const lines = this.inline.join('').split(LINE_BREAK).map(collapse);
    this.inline = [];
    return lines.join('\n').trim();
  }

  private addToCell(text: string): void {
    const words = text.replaceAll('\n', ' ');
    const row = this.rows?.at(-1);
    const cell = row?.pop();
    // A caption, or text that stands between rows, is a row of its own.
    if (row === undefined || cell === undefined) this.rows?.push([words]);
    else row.push(cell === '' ? words : `${cell} ${words}`);
  }

  private addToList(text: string): void {
    const outer = this.lists
      .slice(0, DEEPEST_INDENT)
      .slice(0, -1)
      .reduce((sum, list) => sum + list.indent, 0);
    const own = this.lists.at(-1)?.indent ?? 0;
    for (const line of text.split('\n')) {
      const lead = this.marker === '' ? ' '.repeat(outer + own) : ' '.repeat(outer) + this.marker;
      this.listLines.push(line === '' ? '' : lead + line);
      this.marker = '';
    }
  }
}
