import { walkXml } from './docx-xml.js';

/** What a paragraph style makes of a paragraph. */
export type ParagraphRole =
  | { readonly kind: 'heading'; readonly level: number }
  | { readonly kind: 'title' | 'code' | 'quote' | 'contents' | 'body' };

interface Style {
  name: string;
  basedOn: string | null;
  level: number | null;
  numbering: string | null;
}

/** Styles based on each other; more is a circle. */
const MOST_ANCESTORS = 20;

/** The paragraph styles of a document. */
export class DocxStyles {
  private readonly styles = new Map<string, Style>();

  constructor(part: Uint8Array | null) {
    if (part !== null) this.read(part);
  }

  /** What a style means, by its own name or outline level or those that it is based on. */
  roleOf(styleId: string | null): ParagraphRole {
    for (const { name, level } of this.ancestry(styleId)) {
      const role = roleByName(name);
      if (role !== null) return role;
      if (level !== null) return { kind: 'heading', level };
    }
    return { kind: 'body' };
  }

  /** The numbering that a style brings along. */
  numberingOf(styleId: string | null): string | null {
    for (const { numbering } of this.ancestry(styleId)) if (numbering !== null) return numbering;
    return null;
  }

  private *ancestry(styleId: string | null): Generator<Style> {
    let id = styleId;
    for (let count = 0; id !== null && count < MOST_ANCESTORS; count += 1) {
      const style = this.styles.get(id);
      if (style === undefined) return;
      yield style;
      id = style.basedOn;
    }
  }

  private read(part: Uint8Array): void {
    let open: Style | null = null;
    walkXml(part, {
      enter: (element) => {
        const { name } = element;
        const value = element.attribute('val');
        if (name === 'w:style') {
          open = { name: '', basedOn: null, level: null, numbering: null };
          this.styles.set(element.attribute('styleId') ?? '', open);
        } else if (open !== null) {
          note(open, name, value);
        }
        return true;
      },
      leave: (name) => {
        if (name === 'w:style') open = null;
      },
      text: () => undefined,
    });
  }
}

function note(style: Style, element: string, value: string | null): void {
  if (element === 'w:name') style.name = value?.toLowerCase() ?? '';
  else if (element === 'w:basedOn') style.basedOn = value;
  else if (element === 'w:numId') style.numbering = value;
  else if (element === 'w:outlineLvl') style.level = outlineLevel(value);
}

/** Word counts from zero, and nine is body text. */
export function outlineLevel(value: string | null): number | null {
  const level = Number(value ?? '9');
  return Number.isInteger(level) && level >= 0 && level < 9 ? level + 1 : null;
}

/** Names of built-in styles are English in every edition of Word. */
function roleByName(name: string): ParagraphRole | null {
  const heading = /^heading (\d)$/u.exec(name)?.[1];
  if (heading !== undefined) return { kind: 'heading', level: Number(heading) };
  if (name === 'title') return { kind: 'title' };
  if (/^toc( \d|$)|^(?:table of|contents) /u.test(name)) return { kind: 'contents' };
  if (/\b(?:code|preformatted|verbatim|macro)\b/u.test(name)) return { kind: 'code' };
  return /\b(?:quote|quotations?|block text)\b/u.test(name) ? { kind: 'quote' } : null;
}
