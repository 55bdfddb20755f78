import type { PdfCell, PdfLine } from './pdf-lines.js';

/** How far apart edges of cells may be that stand under each other, in font heights. */
const ALIGNED = 0.6;

/**
 * How many lines from `start` on are the rows of one table: lines of several cells, at least two of them, of which each
 * has a cell under one of the row before. Zero when there is no table.
 */
export function tableHeight(lines: readonly PdfLine[], start: number, maxDistance: number): number {
  let end = start;
  for (let line = lines[end]; line !== undefined; line = lines[end]) {
    const before = end > start ? lines[end - 1] : undefined;
    if (line.cells.length < 2) break;
    if (before !== undefined && !(follows(before, line, maxDistance) && areAligned(before, line))) break;
    end += 1;
  }
  return end - start >= 2 ? end - start : 0;
}

function follows(before: PdfLine, line: PdfLine, maxDistance: number): boolean {
  return before.page === line.page && before.column === line.column && line.y - before.y <= maxDistance;
}

function areAligned(one: PdfLine, other: PdfLine): boolean {
  const reach = Math.max(one.size, other.size) * ALIGNED;
  return one.cells.some((cell, index) =>
    other.cells.some(
      (under, otherIndex) =>
        index + otherIndex > 0 &&
        (Math.abs(cell.left - under.left) < reach ||
          Math.abs(cell.right - under.right) < reach ||
          Math.abs(cell.left + cell.right - under.left - under.right) < reach * 2),
    ),
  );
}

/** Rows as lines between bars, each cell under its column; the columns are those of the rows with the most cells. */
export function tableText(rows: readonly PdfLine[]): string {
  const widest = Math.max(...rows.map(({ cells }) => cells.length));
  const columns: { left: number; right: number }[] = [];
  for (const { cells } of rows) {
    if (cells.length < widest) continue;
    for (const [index, { left, right }] of cells.entries()) {
      const column = (columns[index] ??= { left, right });
      column.left = Math.min(column.left, left);
      column.right = Math.max(column.right, right);
    }
  }
  return rows.map(({ cells }) => rowText(cells, columns)).join('\n');
}

function rowText(cells: readonly PdfCell[], columns: readonly { left: number; right: number }[]): string {
  const texts = columns.map(() => '');
  for (const cell of cells) {
    const shared = columns.map(({ left, right }) => Math.min(right, cell.right) - Math.max(left, cell.left));
    const column = shared.indexOf(Math.max(...shared));
    texts[column] = texts[column] === '' ? cell.text : `${texts[column]} ${cell.text}`;
  }
  return `| ${texts.join(' | ')} |`;
}
