import type { PdfRun } from './pdf-reader.js';

/** Runs of one line that stand close to each other: all of a line of prose, or one cell of a table's row. */
export interface PdfSegment {
  readonly runs: readonly PdfRun[];
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly size: number;
}

/** Share of lines that may cross a gutter: titles, wide figures and their captions. */
const MOST_CROSSING = 0.2;

/** A gutter is at least this wide, in font heights. */
const NARROWEST_GUTTER = 0.7;

/** Two columns of prose have at least this many long lines together, of this many characters on average. */
const FEWEST_LINES = 6;
const SHORTEST_LINE = 24;

/** Columns beside each other; each gutter is looked for within what another one has left. */
const DEEPEST_SPLIT = 4;

/**
 * Puts the segments of a page into reading order. Columns of prose are read one after the other, from the side where
 * the script begins; what crosses the gutter (a title, a wide table) is read where it stands between them. Columns of
 * short entries are a table, and stay side by side. Every group that is returned is one column, from top to bottom.
 */
export function readingOrder(segments: readonly PdfSegment[], rightToLeft: boolean): PdfSegment[][] {
  return ordered([...segments].sort(fromTop), rightToLeft, 0);
}

function ordered(segments: PdfSegment[], rightToLeft: boolean, depth: number): PdfSegment[][] {
  const gutter = depth < DEEPEST_SPLIT ? findGutter(segments) : null;
  if (gutter === null) return segments.length === 0 ? [] : [segments];
  const groups: PdfSegment[][] = [];
  let left: PdfSegment[] = [];
  let right: PdfSegment[] = [];
  let across: PdfSegment[] = [];
  const flushColumns = (): void => {
    const [first, second] = rightToLeft ? [right, left] : [left, right];
    groups.push(...ordered(first, rightToLeft, depth + 1), ...ordered(second, rightToLeft, depth + 1));
    left = [];
    right = [];
  };
  const flushAcross = (): void => {
    if (across.length > 0) groups.push(across);
    across = [];
  };
  for (const segment of segments) {
    if (segment.left < gutter && segment.right > gutter) {
      flushColumns();
      across.push(segment);
    } else {
      flushAcross();
      (segment.right <= gutter ? left : right).push(segment);
    }
  }
  flushAcross();
  flushColumns();
  return groups;
}

interface Gutter {
  readonly at: number;
  readonly crossing: number;
}

/** Where the fewest segments lie, if what lies on both sides is prose; null when there is no such place. */
function findGutter(segments: readonly PdfSegment[]): number | null {
  const narrowest = medianOf(segments.map(({ size }) => size)) * NARROWEST_GUTTER;
  const gutters = gapsOf(segments, narrowest)
    .sort((one, other) => one.crossing - other.crossing)
    .filter(({ at }) => partsProse(segments, at));
  return gutters[0]?.at ?? null;
}

/** The stretches across the page that few segments touch, by the place in each that the fewest do. */
function gapsOf(segments: readonly PdfSegment[], narrowest: number): Gutter[] {
  const most = segments.length * MOST_CROSSING;
  const gaps: Gutter[] = [];
  let open: { start: number; end: number; best: Gutter } | null = null;
  for (const { start, end, crossing } of stripsOf(segments)) {
    if (crossing > most) {
      if (open !== null && open.end - open.start >= narrowest) gaps.push(open.best);
      open = null;
      continue;
    }
    const here = { at: (start + end) / 2, crossing };
    if (open === null) open = { start, end, best: here };
    else open = { start: open.start, end, best: crossing < open.best.crossing ? here : open.best };
  }
  return gaps;
}

/** Cuts the page's width where a segment begins or ends, and counts those that lie across each strip. */
function stripsOf(segments: readonly PdfSegment[]): { start: number; end: number; crossing: number }[] {
  const edges = segments
    .flatMap(({ left, right }) => [
      { at: left, change: 1 },
      { at: right, change: -1 },
    ])
    .sort((one, other) => one.at - other.at || one.change - other.change);
  const strips: { start: number; end: number; crossing: number }[] = [];
  let crossing = 0;
  for (const [index, { at, change }] of edges.entries()) {
    crossing += change;
    const end = edges[index + 1]?.at ?? at;
    if (end > at) strips.push({ start: at, end, crossing });
  }
  return strips;
}

function partsProse(segments: readonly PdfSegment[], gutter: number): boolean {
  const left = segments.filter(({ right }) => right <= gutter);
  const right = segments.filter((each) => each.left >= gutter);
  return (
    Math.min(proseLines(left), proseLines(right)) >= 2 && proseLines(left) + proseLines(right) >= FEWEST_LINES
  );
}

/** The long lines of what looks like prose, with most of the text in long lines of one width; zero for cells. */
function proseLines(segments: readonly PdfSegment[]): number {
  const width =
    Math.max(...segments.map(({ right }) => right)) - Math.min(...segments.map(({ left }) => left));
  const wide = segments.filter(({ left, right }) => right - left > width * 0.6);
  const written = charactersOf(wide);
  const isProse = written >= wide.length * SHORTEST_LINE && written > charactersOf(segments) * 0.6;
  return isProse ? wide.length : 0;
}

function charactersOf(segments: readonly PdfSegment[]): number {
  return segments.reduce((sum, { runs }) => sum + runs.reduce((all, { text }) => all + text.length, 0), 0);
}

function fromTop(one: PdfSegment, other: PdfSegment): number {
  return one.y - other.y || one.left - other.left;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}
