import { outlineLevel } from './docx-styles.js';
import type { XmlElement, XmlVisitor } from './docx-xml.js';

/** A paragraph as it stands in the file. */
export interface DocxParagraph {
  text: string;
  style: string | null;
  outlineLevel: number | null;
  numbering: string | null;
  depth: number;
  /** Footnotes and endnotes that it refers to, in order. */
  readonly notes: string[];
}

export type DocxBlock =
  DocxParagraph | { readonly rows: readonly (readonly string[])[]; readonly notes: string[] };

/**
 * Left out with all they hold: what was deleted or moved away with changes tracked, field codes, the second of two forms
 * of the same drawing, and former formatting. Insertions are kept: the text is what accepting all changes would give.
 */
const OMITTED = new Set(
  `w:del w:moveFrom w:instrText w:delText w:delInstrText mc:Fallback w:pPrChange w:rPrChange w:sectPrChange w:tblPrChange
  w:trPrChange w:tcPrChange w:numPrChange w:sectPr w:sdtPr w:rubyPr w:rt`.split(/\s+/u),
);

const TEXT = new Set(['w:t', 'm:t']);

interface OpenTable {
  readonly rows: string[][];
  readonly notes: string[];
}

/** Collects the paragraphs and tables of a part in the order in which they are read. */
export class DocxBody implements XmlVisitor {
  readonly blocks: DocxBlock[] = [];
  /** The id of the note that the blocks from an index on belong to, in parts that hold notes. */
  readonly noteStarts: { id: string; from: number }[] = [];
  private readonly paragraphs: DocxParagraph[] = [];
  private readonly tables: OpenTable[] = [];
  private isText = false;
  private isHidden = false;
  private inParagraphMark = false;

  enter(element: XmlElement): boolean {
    const { name } = element;
    if (OMITTED.has(name)) return false;
    const paragraph = this.paragraphs.at(-1);
    if (TEXT.has(name)) this.isText = true;
    else if (name === 'w:p') this.openParagraph();
    else if (paragraph !== undefined && !this.enterRun(paragraph, element))
      this.enterProperty(paragraph, element);
    if (name.startsWith('w:t')) this.enterTable(name);
    if (name === 'w:footnote' || name === 'w:endnote')
      this.noteStarts.push({ id: noteId(name, element), from: this.blocks.length });
    return true;
  }

  leave(name: string): void {
    if (TEXT.has(name)) this.isText = false;
    else if (name === 'w:p') this.closeParagraph();
    else if (name === 'w:r') this.isHidden = false;
    else if (name === 'w:pPr') this.inParagraphMark = false;
    else if (name === 'w:tbl') this.closeTable();
  }

  text(value: string): void {
    const paragraph = this.paragraphs.at(-1);
    if (this.isText && !this.isHidden && paragraph !== undefined) paragraph.text += value;
  }

  private openParagraph(): void {
    // A text box opens paragraphs within a paragraph.
    this.paragraphs.push({ text: '', style: null, outlineLevel: null, numbering: null, depth: 0, notes: [] });
  }

  private closeParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (paragraph === undefined) return;
    const table = this.tables.at(-1);
    if (table === undefined) {
      this.blocks.push(paragraph);
      return;
    }
    table.notes.push(...paragraph.notes);
    const row = table.rows.at(-1);
    const cell = row?.pop();
    const text = paragraph.text.replace(/\s+/gu, ' ').trim();
    if (row !== undefined && cell !== undefined) row.push(`${cell} ${text}`.trim());
  }

  /** What stands among the text of a paragraph. Says whether it was something of the kind. */
  private enterRun(paragraph: DocxParagraph, element: XmlElement): boolean {
    switch (element.name) {
      case 'w:tab':
        // The same name stands for a tab stop among a paragraph's properties.
        if (!this.inParagraphMark) paragraph.text += '\t';
        return true;
      case 'w:br':
      case 'w:cr':
        paragraph.text += element.attribute('type') === 'page' ? ' ' : '\n';
        return true;
      case 'w:noBreakHyphen':
        paragraph.text += '-';
        return true;
      case 'w:vanish':
      case 'w:specVanish':
        if (!this.inParagraphMark) this.isHidden = !isOff(element.attribute('val'));
        return true;
      case 'w:footnoteReference':
      case 'w:endnoteReference':
        paragraph.notes.push(noteId(element.name, element));
        paragraph.text += `[${NOTE_MARK}]`;
        return true;
      case 'wp:docPr':
        paragraph.text += element.attribute('descr') ?? '';
        return true;
      default:
        return false;
    }
  }

  private enterProperty(paragraph: DocxParagraph, element: XmlElement): void {
    const value = element.attribute('val');
    if (element.name === 'w:pPr') this.inParagraphMark = true;
    else if (element.name === 'w:pStyle') paragraph.style = value;
    else if (element.name === 'w:outlineLvl') paragraph.outlineLevel = outlineLevel(value);
    else if (element.name === 'w:numId') paragraph.numbering = value;
    else if (element.name === 'w:ilvl') paragraph.depth = Math.min(8, Number(value ?? '0') || 0);
  }

  /** A table within a table reads on in the cell that holds it. */
  private enterTable(name: string): void {
    if (name === 'w:tbl') this.tables.push({ rows: [], notes: [] });
    else if (name === 'w:tr') this.tables.at(-1)?.rows.push([]);
    else if (name === 'w:tc') this.tables.at(-1)?.rows.at(-1)?.push('');
  }

  private closeTable(): void {
    const table = this.tables.pop();
    if (table === undefined) return;
    const outer = this.tables.at(-1);
    if (outer === undefined) {
      this.blocks.push(table);
      return;
    }
    outer.notes.push(...table.notes);
    const row = outer.rows.at(-1);
    const text = table.rows.map((cells) => cells.join(' ')).join('; ');
    row?.push(`${row.pop() ?? ''} ${text}`.trim());
  }
}

/** Stands for a note's number until the notes are counted; no text of a file holds it. */
export const NOTE_MARK = '\u0000';

function noteId(name: string, element: XmlElement): string {
  return `${name.startsWith('w:foot') ? 'f' : 'e'}${element.attribute('id') ?? ''}`;
}

function isOff(value: string | null): boolean {
  return value === '0' || value === 'false' || value === 'off';
}
