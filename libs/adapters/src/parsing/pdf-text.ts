import { textOfLine } from './pdf-lines.js';
import type { PdfParagraph } from './pdf-paragraphs.js';

const UNSPACED_END = /[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]$/u;
const UNSPACED_START = /^[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]/u;
const HYPHENATED = /(\p{L}+)[-\u00ad\u2010]$/u;
const CONTINUED = /^(\p{Ll}+)/u;
const BULLET = /^[•◦▪▫‣●○■□◆◇➢✓❖\uf0b7\uf0a7\uf0d8·*–—-]\s*/u;
const DOT_LEADERS = /\s*(?:\.\s?){5,}/gu;
/** The width of a character in a font whose characters are all of one width, in font heights. */
const MONOSPACED_WIDTH = 0.6;

/** Joins lines to text, and mends words that were cut at the end of a line. */
export class PdfText {
  /** Words with a hyphen within a line, which a line's end must not take from them. */
  private readonly hyphenated = new Set<string>();

  constructor(paragraphs: readonly PdfParagraph[]) {
    for (const { lines } of paragraphs) {
      for (const line of lines)
        for (const [word] of textOfLine(line).matchAll(/\p{L}+-\p{L}+/gu))
          this.hyphenated.add(word.toLowerCase());
    }
  }

  /** The lines of a paragraph as one line. */
  of(paragraph: PdfParagraph): string {
    let text = '';
    for (const line of paragraph.lines) text = this.append(text, textOfLine(line));
    return text.replace(DOT_LEADERS, ' … ').trim();
  }

  /** An item of a list, with a plain marker. */
  ofItem(paragraph: PdfParagraph): string {
    return this.of(paragraph).replace(BULLET, '- ');
  }

  /** Code as it stands, set in by what stands to the left of it. */
  static ofCode({ lines }: PdfParagraph): string {
    const left = Math.min(...lines.map((line) => line.left));
    return lines
      .map((line) => {
        const indent = Math.round((line.left - left) / (line.size * MONOSPACED_WIDTH));
        return ' '.repeat(Math.min(indent, 80)) + textOfLine(line);
      })
      .join('\n');
  }

  private append(text: string, next: string): string {
    if (text === '') return next;
    const first = HYPHENATED.exec(text)?.[1];
    const second = CONTINUED.exec(next)?.[1];
    if (first !== undefined && second !== undefined) {
      const isCompound = this.hyphenated.has(`${first}-${second}`.toLowerCase());
      return isCompound ? text + next : text.slice(0, -1) + next;
    }
    return UNSPACED_END.test(text) && UNSPACED_START.test(next) ? text + next : `${text} ${next}`;
  }
}
