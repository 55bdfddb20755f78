import { medianOf, readingOrder, type PdfSegment } from './pdf-columns.js';
import type { PdfPage, PdfRun } from './pdf-reader.js';
import { withStacksJoined } from './pdf-vertical.js';

/** A line of a page, or of one of its columns. Lengths in points, from the page's upper left corner. */
export interface PdfLine {
  readonly page: number;
  /** Which column of the page the line is in: counted in reading order. */
  readonly column: number;
  /** The pieces that wide gaps part: one for prose, more for the row of a table. */
  readonly cells: readonly PdfCell[];
  readonly left: number;
  readonly right: number;
  /** Where the text of a list's item begins, behind its marker; known where a wide gap parts the two. */
  readonly textLeft?: number;
  readonly y: number;
  /** Height of the font that most of the line is in. */
  readonly size: number;
  readonly font: string;
  readonly monospaced: boolean;
  /** The distance to the upper and the lower end of the page, as a share of its height. */
  readonly fromTop: number;
}

export interface PdfCell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/** Runs whose baselines differ by less than this share of their size are of one line: exponents, footnote marks. */
const SAME_LINE = 0.5;

/** A gap of this many font heights parts cells of a table, or columns. */
const CELL_GAP = 0.85;

/** A gap below this many font heights parts nothing, whenever the two sides were drawn. */
const TOUCHING = 0.45;

/** A gap of this share of the font height is a space, where the file has none. */
const SPACE_GAP = 0.2;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;
const UNSPACED = /[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]/u;

export function textOfLine(line: PdfLine): string {
  return line.cells.map(({ text }) => text).join(' ');
}

/** The lines of a page in the order in which they are read. */
export function linesOf(page: PdfPage): PdfLine[] {
  const runs = withStacksJoined(page.runs);
  const upright = runs.filter(({ vertical }) => !vertical);
  const rightToLeft = isRightToLeft(upright);
  const columns = readingOrder(segmentsOf(upright), rightToLeft);
  const lines = columns.flatMap((column, index) => linesOfColumn(page, column, index, rightToLeft));
  return [...verticalLines(page, runs), ...lines];
}

function isRightToLeft(runs: readonly PdfRun[]): boolean {
  return runs.filter(({ text }) => RIGHT_TO_LEFT.test(text)).length * 2 > runs.length;
}

/**
 * Runs of the same line without a wide gap between them. What the file draws one after the other may be a space apart;
 * what it draws at other times must touch, or two columns with a narrow gutter would be one.
 */
function segmentsOf(runs: readonly PdfRun[]): PdfSegment[] {
  const drawn: PdfRun[][] = [];
  for (const run of runs) {
    const open = drawn.at(-1);
    const before = open?.at(-1);
    if (open !== undefined && before !== undefined && isBeside(before, run, CELL_GAP)) open.push(run);
    else drawn.push([run]);
  }
  return sameLines(drawn.map(segmentOf)).flatMap(withTouchingJoined);
}

function withTouchingJoined(line: readonly PdfSegment[]): PdfSegment[] {
  const joined: PdfSegment[] = [];
  for (const segment of [...line].sort((one, other) => one.left - other.left)) {
    const before = joined.at(-1);
    if (before !== undefined && segment.left - before.right < segment.size * TOUCHING)
      joined[joined.length - 1] = segmentOf([...before.runs, ...segment.runs]);
    else joined.push(segment);
  }
  return joined;
}

/** Whether a run goes on where another one ends, on either side. */
function isBeside(before: PdfRun, run: PdfRun, gap: number): boolean {
  const size = Math.max(before.size, run.size);
  if (Math.abs(run.y - before.y) > size * SAME_LINE) return false;
  const toTheRight = run.x - (before.x + before.width);
  const toTheLeft = before.x - (run.x + run.width);
  return Math.max(toTheRight, toTheLeft) < size * gap;
}

/** Groups segments whose baselines are about the same, from top to bottom. */
function sameLines(segments: readonly PdfSegment[]): PdfSegment[][] {
  const lines: PdfSegment[][] = [];
  let y = 0;
  let size = 0;
  for (const segment of [...segments].sort((one, other) => one.y - other.y)) {
    const line = lines.at(-1);
    if (line !== undefined && segment.y - y < Math.min(size, segment.size) * SAME_LINE) line.push(segment);
    else lines.push([segment]);
    if (line !== lines.at(-1) || segment.size > size) [y, size] = [segment.y, segment.size];
  }
  return lines;
}

function segmentOf(runs: readonly PdfRun[]): PdfSegment {
  const main = mainRun(runs);
  return {
    runs,
    left: Math.min(...runs.map(({ x }) => x)),
    right: Math.max(...runs.map(({ x, width }) => x + width)),
    y: main.y,
    size: main.size,
  };
}

/** The run with the most text: a footnote mark has no say in the size of its line. */
function mainRun(runs: readonly PdfRun[]): PdfRun {
  return runs.reduce((most, run) => (run.text.length > most.text.length ? run : most));
}

function linesOfColumn(
  page: PdfPage,
  segments: readonly PdfSegment[],
  column: number,
  rightToLeft: boolean,
): PdfLine[] {
  const lines: PdfSegment[][] = [];
  for (const segment of segments) {
    const line = lines.at(-1);
    const before = line?.[0];
    if (
      line !== undefined &&
      before !== undefined &&
      Math.abs(segment.y - before.y) < before.size * SAME_LINE
    )
      line.push(segment);
    else lines.push([segment]);
  }
  return lines.map((line) => {
    const sorted = line.sort((one, other) => (rightToLeft ? other.left - one.left : one.left - other.left));
    const main = mainRun(line.flatMap(({ runs }) => runs));
    return {
      page: page.number,
      column,
      cells: sorted.map(({ runs, left, right }) => ({ text: joined(runs, rightToLeft), left, right })),
      left: Math.min(...line.map(({ left }) => left)),
      right: Math.max(...line.map(({ right }) => right)),
      y: main.y,
      size: main.size,
      font: main.font,
      monospaced: main.monospaced,
      fromTop: main.y / page.height,
    };
  });
}

/** The text of a segment, with a space where a gap shows one and the file holds none. */
function joined(runs: readonly PdfRun[], rightToLeft: boolean): string {
  const inOrder = rightToLeft ? readFromRight(runs) : runs;
  let text = '';
  let before: PdfRun | null = null;
  const main = mainRun(runs);
  for (const run of inOrder) {
    if (isNoteMark(run, main, text)) {
      text += text === '' ? `[${run.text.trim()}] ` : `[${run.text.trim()}]`;
    } else {
      if (before !== null && needsSpace(before, run, text)) text += ' ';
      text += run.text;
    }
    before = run;
  }
  return text.replace(/\s+/gu, ' ').trim();
}

/** A small raised number behind a word or at the start of a line: a footnote's, where an exponent stands behind a unit. */
function isNoteMark(run: PdfRun, main: PdfRun, before: string): boolean {
  const isRaised = run.size < main.size * 0.85 && main.y - run.y > main.size * 0.15;
  return isRaised && /^\s*\d{1,3}\s*$/u.test(run.text) && /(?:^|\p{L}{3}|[.,;:!?)”"])\s*$/u.test(before);
}

/** In a line from right to left, words of other scripts beside each other keep their own direction. */
function readFromRight(runs: readonly PdfRun[]): PdfRun[] {
  const ordered: PdfRun[] = [];
  let leftToRight: PdfRun[] = [];
  for (const run of [...runs].reverse()) {
    if (RIGHT_TO_LEFT.test(run.text)) {
      ordered.push(...leftToRight, run);
      leftToRight = [];
    } else {
      leftToRight.unshift(run);
    }
  }
  return [...ordered, ...leftToRight];
}

function needsSpace(before: PdfRun, run: PdfRun, text: string): boolean {
  if (/\s$/u.test(text) || /^\s/u.test(run.text)) return false;
  const gap = Math.max(run.x - (before.x + before.width), before.x - (run.x + run.width));
  if (gap <= Math.min(before.size, run.size) * SPACE_GAP) return false;
  return !(UNSPACED.test(text.slice(-1)) && UNSPACED.test(run.text.slice(0, 1)));
}

/** Vertical writing: lines from top to bottom, the first one at the right. */
function verticalLines(page: PdfPage, runs: readonly PdfRun[]): PdfLine[] {
  const columns: PdfRun[][] = [];
  for (const run of runs.filter(({ vertical }) => vertical).sort((one, other) => other.x - one.x)) {
    const column = columns.at(-1);
    const first = column?.[0];
    if (column !== undefined && first !== undefined && first.x - run.x < first.size * SAME_LINE)
      column.push(run);
    else columns.push([run]);
  }
  return columns.map((column) => {
    const sorted = column.sort((one, other) => one.y - other.y);
    const main = mainRun(sorted);
    const text = sorted.map((run) => run.text).join('');
    // The page lies on its side: where a line begins is its top, and lines beside each other follow each other like lines
    // below each other.
    const left = Math.min(...sorted.map(({ y }) => y));
    const right = Math.max(...sorted.map(({ y, width }) => y + width));
    return {
      page: page.number,
      column: -1,
      cells: [{ text, left, right }],
      left,
      right,
      y: page.width - Math.min(...sorted.map(({ x }) => x)),
      size: main.size,
      font: main.font,
      monospaced: main.monospaced,
      fromTop: 0.5,
    };
  });
}

/** The usual distance of lines, by which larger gaps are told. */
export function lineDistance(lines: readonly PdfLine[]): number {
  const distances = lines.flatMap((line, index) => {
    const before = lines[index - 1];
    const isNext = before?.page === line.page && before.column === line.column && line.y > before.y;
    return isNext && before.size === line.size ? [line.y - before.y] : [];
  });
  return medianOf(distances);
}
