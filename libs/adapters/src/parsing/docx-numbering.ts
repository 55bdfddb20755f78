import { walkXml } from './docx-xml.js';

/** What stands in front of an item. */
interface Level {
  format: string;
  start: number;
}

/** Levels that Word's lists have. */
const LEVELS = 9;

/** The lists of a document, and how far each has been counted. */
export class DocxNumbering {
  private readonly levels = new Map<string, Level[]>();
  private readonly abstractOf = new Map<string, string>();
  private readonly counts = new Map<string, number[]>();

  constructor(part: Uint8Array | null) {
    if (part !== null) this.read(part);
  }

  /** The marker of the next item of a list, `- ` for bullets; null when the list has none, as for headings. */
  next(numberingId: string, depth: number): string | null {
    const list = this.abstractOf.get(numberingId);
    const level = list === undefined ? undefined : this.levels.get(list)?.[depth];
    if (level === undefined) return numberingId === '0' ? null : '- ';
    const counts = this.counts.get(numberingId) ?? [];
    this.counts.set(numberingId, counts);
    const count = (counts[depth] ?? level.start - 1) + 1;
    counts[depth] = count;
    counts.length = depth + 1;
    switch (level.format) {
      case 'none':
        return null;
      case 'bullet':
        return '- ';
      case 'lowerLetter':
      case 'upperLetter':
        return `${letterOf(count, level.format === 'upperLetter')}. `;
      default:
        return `${count}. `;
    }
  }

  private read(part: Uint8Array): void {
    let abstractId = '';
    let numberingId = '';
    let depth = 0;
    walkXml(part, {
      enter: (element) => {
        const value = (attribute: string): string => element.attribute(attribute) ?? '';
        switch (element.name) {
          case 'w:abstractNum':
            abstractId = value('abstractNumId');
            break;
          case 'w:num':
            numberingId = value('numId');
            break;
          case 'w:abstractNumId':
            this.abstractOf.set(numberingId, value('val'));
            break;
          case 'w:lvl':
            depth = Math.min(LEVELS - 1, Number(value('ilvl')) || 0);
            break;
          case 'w:numFmt':
            this.levelOf(abstractId, depth).format = value('val');
            break;
          case 'w:start':
            this.levelOf(abstractId, depth).start = Number(value('val')) || 1;
            break;
        }
        return true;
      },
      leave: () => undefined,
      text: () => undefined,
    });
  }

  private levelOf(abstractId: string, depth: number): Level {
    const levels = this.levels.get(abstractId) ?? [];
    this.levels.set(abstractId, levels);
    return (levels[depth] ??= { format: 'decimal', start: 1 });
  }
}

/** a to z, then aa, bb: as Word counts. */
function letterOf(count: number, upper: boolean): string {
  const letter = String.fromCharCode((upper ? 65 : 97) + ((count - 1) % 26));
  return letter.repeat(Math.min(10, Math.floor((count - 1) / 26) + 1));
}
