import { lineDistance, textOfLine, type PdfLine } from './pdf-lines.js';
import { tableHeight } from './pdf-tables.js';

export type PdfParagraphKind = 'text' | 'item' | 'table' | 'code';

/** Lines that belong together, in the order in which they are read. */
export interface PdfParagraph {
  readonly kind: PdfParagraphKind;
  readonly lines: PdfLine[];
  /** Whether more than the usual space stands above, or it opens its column. */
  readonly standsApart: boolean;
}

/** What most of a document is set in. */
export interface BodyType {
  readonly size: number;
  readonly font: string;
}

/** A distance this much above the usual parts paragraphs. */
const PARTING = 1.25;

/** Rows of a table may stand this much further apart. */
const ROW_DISTANCE = 2.2;

/** A first line set in by this many font heights begins a paragraph. */
const INDENT = 0.8;

/** Sizes that differ by less than this are the same. */
const SAME_SIZE = 0.08;

/** A line that leaves this share of the column empty is short; one that leaves the larger share was ended. */
const SHORT = 0.2;
const HALF = 0.5;

const BULLET = /^[•◦▪▫‣●○■□◆◇➢✓❖\uf0b7\uf0a7\uf0d8·*–—-](?:\s|$)/u;
const ENUMERATED = /^(?:\d{1,3}[.)]|\(?[a-z\d]{1,2}\)|[a-z][.)])(?:\s|$)/u;
const SENTENCE_END = /[.!?:。！？：][")\]’”»]*$/u;

/** The size and the font that most characters are in; of a size, the font is looked for within it. */
export function bodyTypeOf(lines: readonly PdfLine[]): BodyType {
  const size = commonest(lines, (line) => Math.round(line.size * 2) / 2) ?? 10;
  const ofSize = lines.filter((line) => isSameSize(line.size, size));
  return { size, font: commonest(ofSize, ({ font }) => font) ?? '' };
}

function commonest<T>(lines: readonly PdfLine[], key: (line: PdfLine) => T): T | undefined {
  const characters = new Map<T, number>();
  for (const line of lines)
    characters.set(key(line), (characters.get(key(line)) ?? 0) + textOfLine(line).length);
  return [...characters].sort(([, one], [, other]) => other - one)[0]?.[0];
}

export function isSameSize(one: number, other: number): boolean {
  return Math.abs(one - other) <= Math.max(one, other) * SAME_SIZE;
}

/** Cuts the lines of a document into paragraphs, items of lists, tables and code. */
export function paragraphsOf(source: readonly PdfLine[], body: BodyType): PdfParagraph[] {
  const distance = usualDistance(source, body);
  const lines = source.map(withMarkerJoined);
  const edges = edgesOf(lines);
  const paragraphs: PdfParagraph[] = [];
  let index = 0;
  for (let line = lines[index]; line !== undefined; line = lines[index]) {
    const before = lines[index - 1];
    const isNext = before !== undefined && flowOf(before) === flowOf(line) && line.y > before.y;
    const standsApart = !isNext || line.y - before.y > line.size * distance * PARTING;
    const rows = tableHeight(lines, index, line.size * distance * ROW_DISTANCE);
    const open = paragraphs.at(-1);
    if (rows > 0) {
      paragraphs.push({ kind: 'table', lines: lines.slice(index, index + rows), standsApart });
    } else if (open === undefined || standsApart || begins(open, line, edges.get(flowOf(line)) ?? line)) {
      paragraphs.push({ kind: kindOf(line), lines: [line], standsApart });
    } else {
      open.lines.push(line);
    }
    index += Math.max(1, rows);
  }
  return paragraphs;
}

/** From one line of the text to the next, in font heights. */
function usualDistance(lines: readonly PdfLine[], body: BodyType): number {
  const distance = lineDistance(lines.filter(({ size }) => isSameSize(size, body.size))) / body.size;
  return distance > 0.9 && distance < 3 ? distance : 1.3;
}

function kindOf(line: PdfLine): PdfParagraphKind {
  // A symbol font's bullet counts as monospaced.
  if (isItem(line)) return 'item';
  return line.monospaced ? 'code' : 'text';
}

function isItem(line: PdfLine): boolean {
  const text = textOfLine(line);
  return BULLET.test(text) || ENUMERATED.test(text);
}

function flowOf({ page, column }: PdfLine): string {
  return `${page} ${column}`;
}

interface Edges {
  left: number;
  right: number;
}

/** Where the lines of each column begin and end. */
function edgesOf(lines: readonly PdfLine[]): Map<string, Edges> {
  const edges = new Map<string, Edges>();
  for (const line of lines) {
    const known = edges.get(flowOf(line)) ?? { left: line.left, right: line.right };
    edges.set(flowOf(line), {
      left: Math.min(known.left, line.left),
      right: Math.max(known.right, line.right),
    });
  }
  return edges;
}

/** Whether a line that stands close under a paragraph begins another one. */
function begins(open: PdfParagraph, line: PdfLine, edge: Edges): boolean {
  const before = open.lines.at(-1);
  if (before === undefined || open.kind === 'table' || !isSameSize(before.size, line.size)) return true;
  const kind = kindOf(line);
  if (kind === 'item' || open.kind === 'code' || kind === 'code')
    return !(open.kind === 'code' && kind === 'code');
  return isSetOff(open, before, line, edge) || endsShort(open, before, line, edge);
}

/** Set in after a line that is not, or under an item but not under its text. */
function isSetOff(open: PdfParagraph, before: PdfLine, line: PdfLine, edge: Edges): boolean {
  const textLeft = open.lines[0]?.textLeft;
  if (textLeft !== undefined) return Math.abs(line.left - textLeft) > line.size * INDENT;
  const isIndented = line.left > edge.left + line.size * INDENT && before.left < edge.left + line.size * 0.3;
  return isIndented && open.kind === 'text';
}

/** Behind a line that ends a sentence, or changes the font, well before the column does. */
function endsShort(open: PdfParagraph, before: PdfLine, line: PdfLine, edge: Edges): boolean {
  const left = (edge.right - before.right) / (edge.right - edge.left);
  if (left < SHORT) return false;
  // Where half of a line is left, somebody ended it: an item whose bullet is drawn, a line of an address.
  if (left > HALF) return true;
  return SENTENCE_END.test(textOfLine(before)) || (open.lines.length === 1 && before.font !== line.font);
}

/** The line with its bullet or number as part of the text beside it, where a wide gap parts the two. */
function withMarkerJoined(line: PdfLine): PdfLine {
  const [marker, text, ...others] = line.cells;
  if (marker === undefined || text === undefined || others.length > 0 || !/^\S{1,6}$/u.test(marker.text))
    return line;
  if (!BULLET.test(marker.text) && !/^(?:\(?\d[\d.]*[.)]?|\(?[a-z][.)])$/u.test(marker.text)) return line;
  const left = Math.min(marker.left, text.left);
  const right = Math.max(marker.right, text.right);
  return { ...line, textLeft: text.left, cells: [{ text: `${marker.text} ${text.text}`, left, right }] };
}
