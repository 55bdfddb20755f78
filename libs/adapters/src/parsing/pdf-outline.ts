import type { PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.js';

/** A bookmark: what a heading says, and how deep it stands. */
export interface OutlineEntry {
  readonly title: string;
  /** One for the outermost. */
  readonly depth: number;
}

/** Bookmarks that are read; a book of a thousand pages has some hundreds. */
const MOST_ENTRIES = 5_000;

/** Deeper bookmarks count as this deep. */
const DEEPEST = 6;

type OutlineNode = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>[number];

/** The bookmarks of a PDF in order. None where there are none, or where they are damaged: they only help. */
export async function readOutline(document: PDFDocumentProxy): Promise<OutlineEntry[]> {
  // The types promise an array; a PDF without bookmarks gives null.
  const roots: OutlineNode[] | null = await document.getOutline().catch(() => null);
  const entries: OutlineEntry[] = [];
  const waiting = (roots ?? []).map((node) => ({ node, depth: 1 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (entries.length === MOST_ENTRIES) break;
    const { node, depth } = next;
    entries.push({ title: node.title, depth: Math.min(depth, DEEPEST) });
    const below = node.items as OutlineNode[];
    for (let index = below.length - 1; index >= 0; index -= 1) {
      const child = below[index];
      if (child !== undefined) waiting.push({ node: child, depth: depth + 1 });
    }
  }
  return entries;
}
