import { medianOf } from './pdf-columns.js';
import type { PdfRun } from './pdf-reader.js';

/** One character of a script that may be written from top to bottom: ideographs, kana, hangul and their punctuation. */
const GLYPH = /^[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe4f\uff00-\uffef\u{20000}-\u{3ffff}]$/u;

/** Two glyphs stand below each other when they are apart sideways by less than this share of the font's height. */
const ASIDE = 0.7;

/** The distance of glyphs below each other, as shares of the font's height: from squeezed to loosely spaced. */
const CLOSEST = 0.5;
const FARTHEST = 2;

/**
 * The runs of a page, glyphs that stand below each other joined into vertical runs. Browsers and office suites write
 * vertical text with fonts for horizontal one, glyph by glyph: only the places tell. A page is taken as vertical when more
 * than half of its characters are in such stacks; then a glyph that stands alone is a line of one.
 */
export function withStacksJoined(runs: readonly PdfRun[]): readonly PdfRun[] {
  const stacks = stacksOf(runs);
  const stacked = stacks.filter(({ length }) => length > 1).flat().length;
  const characters = runs.reduce((sum, { text }) => sum + text.trim().length, 0);
  if (stacked * 2 <= characters) return runs;
  return [...runs.filter((run) => !isGlyph(run)), ...stacks.map(joined)];
}

/** Glyphs in the order in which the file draws them, cut wherever the next one is not right below. */
function stacksOf(runs: readonly PdfRun[]): PdfRun[][] {
  const stacks: PdfRun[][] = [];
  for (const run of runs.filter(isGlyph)) {
    const open = stacks.at(-1);
    const before = open?.at(-1);
    if (open !== undefined && before !== undefined && isBelow(before, run)) open.push(run);
    else stacks.push([run]);
  }
  return stacks;
}

function isGlyph({ text, vertical }: PdfRun): boolean {
  return !vertical && GLYPH.test(text.trim());
}

function isBelow(upper: PdfRun, lower: PdfRun): boolean {
  const step = lower.y - upper.y;
  return (
    Math.abs(lower.x - upper.x) < ASIDE * upper.size &&
    step > CLOSEST * upper.size &&
    step < FARTHEST * upper.size
  );
}

function joined(stack: readonly PdfRun[]): PdfRun {
  const [first] = stack as [PdfRun];
  const last = stack.at(-1) ?? first;
  return {
    ...first,
    text: stack.map(({ text }) => text.trim()).join(''),
    // Punctuation stands at the side of its column.
    x: medianOf(stack.map(({ x }) => x)),
    width: last.y - first.y + last.size,
    vertical: true,
  };
}
