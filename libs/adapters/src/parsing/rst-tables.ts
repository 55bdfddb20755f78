const GRID_BORDER = /^\+[-=+]+\+$/u;
const SIMPLE_BORDER = /^=+(?: +=+)+$/u;

/** Whether a line opens a table of either kind. */
export function opensTable(line: string): boolean {
  const text = line.trim();
  return GRID_BORDER.test(text) || SIMPLE_BORDER.test(text);
}

/** The rows of a grid or a simple table, each as its cells. Cells of several lines are one line. */
export function tableRows(lines: readonly string[]): string[][] {
  const [first = ''] = lines;
  return GRID_BORDER.test(first.trim()) ? gridRows(lines) : simpleRows(lines);
}

function gridRows(lines: readonly string[]): string[][] {
  const rows: string[][] = [];
  let open: string[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (GRID_BORDER.test(text)) {
      if (open.length > 0) rows.push(open);
      open = [];
    } else {
      const cells = text.replace(/^[|+]|[|+]$/gu, '').split('|');
      open = Array.from({ length: Math.max(cells.length, open.length) }, (_, index) =>
        `${open[index] ?? ''} ${(cells[index] ?? '').trim()}`.trim(),
      );
    }
  }
  if (open.length > 0) rows.push(open);
  return rows;
}

function simpleRows(lines: readonly string[]): string[][] {
  const border = lines[0] ?? '';
  const starts = [...border.matchAll(/=+/gu)].map(({ index }) => index);
  const rows: string[][] = [];
  for (const line of lines) {
    if (SIMPLE_BORDER.test(line.trim()) || /^[- ]+$/u.test(line)) continue;
    const cells = starts.map((start, index) => line.slice(start, starts[index + 1]).trim());
    const before = rows.at(-1);
    // A row without its first cell goes on with the one before.
    if (cells[0] === '' && before !== undefined)
      rows[rows.length - 1] = before.map((cell, index) => `${cell} ${cells[index] ?? ''}`.trim());
    else rows.push(cells);
  }
  return rows;
}
