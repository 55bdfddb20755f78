import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { DocumentBuilder } from './document-builder.js';

const UNDERLINE = /^(?:={3,}|-{3,}|~{3,}|\*{3,})$/u;
const NUMBERED_HEADING = /^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\p{Lu})/u;
const LIST_ITEM = /^\s*(?:[-*+•]|\d{1,3}[.)]|[a-z][.)])\s+\S/u;
const SENTENCE_END = /[.!?,;:]$/u;

/** A heading is one short line. */
const LONGEST_HEADING = 100;

/**
 * Plain text as its paragraphs, which blank lines part. A heading is taken for one only when it plainly is: a
 * short line with a line of `=` (first level), `-`, `~` or `*` (second) under it, or a line by itself that
 * begins with a section number, ends like no sentence and has something under it, its level by the number's
 * depth. Paragraphs of items are lists. The text itself stays as it is, but for blank lines and the
 * underlines of headings. The title is a heading that opens the document. `source` is decoded text.
 */
export function parsePlainText(source: string): ParsedDocument {
  const builder = new DocumentBuilder();
  let open: string[] | null = null;
  for (const paragraph of paragraphs(source)) {
    if (open !== null) addParagraph(builder, open, paragraph);
    open = paragraph;
  }
  if (open !== null) addParagraph(builder, open, []);
  return builder.finish({ title: builder.leadingHeading, metadata: {} });
}

function* paragraphs(source: string): Generator<string[]> {
  let open: string[] = [];
  for (const line of source.split('\n')) {
    if (line.trim() !== '') {
      open.push(line.trimEnd());
    } else if (open.length > 0) {
      yield open;
      open = [];
    }
  }
  if (open.length > 0) yield open;
}

function addParagraph(
  builder: DocumentBuilder,
  lines: readonly string[],
  following: readonly string[],
): void {
  const [first = '', second = '', ...others] = lines;
  const underlined = underlinedLevel(first, second);
  if (underlined !== null) {
    builder.addHeading(first.trim(), underlined);
    if (others.length > 0) addParagraph(builder, others, following);
    return;
  }
  const numbered = numberedLevel(lines);
  // Steps with blank lines between them are numbered too: a heading is followed by its text or a deeper heading.
  const isHeading = numbered !== null && following.length > 0 && (numberedLevel(following) ?? 7) > numbered;
  if (isHeading) builder.addHeading(first.trim(), numbered);
  else builder.add(isList(lines) ? 'list' : 'paragraph', lines.join('\n'));
}

function underlinedLevel(line: string, under: string): number | null {
  const heading = line.trim();
  // A rule much shorter or longer than the line separates, it does not underline.
  const fits = under.length * 2 >= heading.length && under.length <= heading.length * 2 + 4;
  if (!UNDERLINE.test(under) || !fits || heading.length > LONGEST_HEADING || UNDERLINE.test(heading))
    return null;
  return under.startsWith('=') ? 1 : 2;
}

/** `1. Scope` is of the second level: a numbered section has a document around it. */
function numberedLevel([line = '', ...others]: readonly string[]): number | null {
  if (others.length > 0) return null;
  const number = NUMBERED_HEADING.exec(line)?.[1];
  if (number === undefined || line.length > LONGEST_HEADING || SENTENCE_END.test(line)) return null;
  return Math.min(6, number.split('.').length + 1);
}

function isList(lines: readonly string[]): boolean {
  return (
    LIST_ITEM.test(lines[0] ?? '') &&
    (lines.length === 1 || lines.slice(1).some((line) => LIST_ITEM.test(line)))
  );
}
