import type { OutlineEntry } from './pdf-outline.js';
import { isSameSize, type BodyType, type PdfParagraph } from './pdf-paragraphs.js';

/** A heading is short, and set larger than the text by at least this. */
const LONGEST_HEADING = 200;
const MOST_LINES = 3;
const LARGER = 1.12;

/** What is set in another font, no larger than the text: shorter, and no sentence. */
const LONGEST_IN_FONT = 90;

/** Share of a document's paragraphs above which another font means something else than headings. */
const MOST_IN_FONT = 0.5;

/** Lines under a title that may be a byline. */
const MOST_BYLINES = 6;

const NUMBERED = /^(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[A-Z](?:\.\d{1,2})+\.?)\s+\p{L}/u;
const SENTENCE_END = /[.!?;,:。！？]$/u;

interface Candidate {
  readonly paragraph: PdfParagraph;
  readonly size: number;
  readonly depth: number | null;
}

/**
 * The headings among a document's paragraphs with their levels: what the bookmarks name, what is set larger than the
 * text, and short lines by themselves in another font. Bookmarks say how deep; elsewhere size does.
 */
export function headingsOf(
  paragraphs: readonly PdfParagraph[],
  textOf: (paragraph: PdfParagraph) => string,
  body: BodyType,
  outline: readonly OutlineEntry[],
): Map<PdfParagraph, number> {
  const depths = new Map(outline.map(({ title, depth }) => [comparable(title), depth]));
  const shaped = paragraphs.flatMap((paragraph) => {
    const text = textOf(paragraph);
    const size = paragraph.lines[0]?.size ?? 0;
    const depth = depths.get(comparable(text)) ?? null;
    return mayBeHeading(paragraph, text) ? [{ paragraph, text, size, depth }] : [];
  });
  const isPlain = ({ size, depth }: Candidate): boolean => depth !== null || size >= body.size * LARGER;
  const candidates: Candidate[] = shaped.filter(isPlain);
  const inFont = shaped.filter((each) => !isPlain(each) && isSetApart(each.paragraph, each.text, body));
  // Bookmarks name the headings of this kind, too.
  const useFonts = outline.length === 0 && inFont.length <= paragraphs.length * MOST_IN_FONT;
  if (useFonts) candidates.push(...inFont);
  return withoutByline(paragraphs, levelled(candidates, body));
}

/** Authors and dates right under a title are set large as well; they lead a level of headings that comes later. */
function withoutByline(
  paragraphs: readonly PdfParagraph[],
  levels: Map<PdfParagraph, number>,
): Map<PdfParagraph, number> {
  const [title, ...others] = paragraphs;
  if (title === undefined || levels.get(title) !== 1) return levels;
  for (const paragraph of others.slice(0, MOST_BYLINES)) {
    const level = levels.get(paragraph);
    if (level !== undefined && level <= 2) break;
    levels.delete(paragraph);
  }
  return levels;
}

function mayBeHeading({ kind, lines }: PdfParagraph, text: string): boolean {
  if (lines.length > MOST_LINES || text.length > LONGEST_HEADING || !/\p{L}/u.test(text)) return false;
  return kind === 'text' || (kind === 'item' && NUMBERED.test(text));
}

function isSetApart({ lines, standsApart, kind }: PdfParagraph, text: string, body: BodyType): boolean {
  const [line] = lines;
  if (line === undefined || lines.length > 1 || line.font === body.font || line.size < body.size * 0.97)
    return false;
  if (text.length > LONGEST_IN_FONT || SENTENCE_END.test(text) || !/^[\p{Lu}\p{Lo}\d]/u.test(text))
    return false;
  return NUMBERED.test(text) || (standsApart && kind === 'text');
}

function levelled(candidates: readonly Candidate[], body: BodyType): Map<PdfParagraph, number> {
  const sizes = [...new Set(candidates.map(({ size }) => size))].sort((one, other) => other - one);
  const steps = sizes.filter((size, index) => index === 0 || !isSameSize(size, sizes[index - 1] ?? 0));
  const named = candidates.filter(({ depth }) => depth !== null);
  const largestNamed = Math.max(0, ...named.map(({ size }) => size));
  // What is larger than everything the bookmarks name is the title above them.
  const below = candidates.some(({ size }) => size > largestNamed && !isSameSize(size, largestNamed)) ? 1 : 0;
  const levels = new Map<PdfParagraph, number>();
  for (const { paragraph, size, depth } of candidates) {
    if (depth !== null) levels.set(paragraph, depth + below);
    else if (named.length === 0)
      levels.set(paragraph, 1 + steps.filter((step) => step > size && !isSameSize(step, size)).length);
    else if (size > largestNamed && !isSameSize(size, largestNamed)) levels.set(paragraph, 1);
    else if (size >= body.size * LARGER) levels.set(paragraph, levelBySize(named, size) + below);
  }
  return levels;
}

/** As deep as the bookmark of the closest size. */
function levelBySize(named: readonly Candidate[], size: number): number {
  const [closest] = [...named].sort((one, other) => Math.abs(one.size - size) - Math.abs(other.size - size));
  return closest?.depth ?? 1;
}

/** A title as bookmark and page may both write it: without numbers, punctuation and case. */
function comparable(title: string): string {
  return title
    .normalize('NFKC')
    .replace(/^(?:chapter|section|appendix)\b/iu, '')
    .replace(/^[\s\d.]+|[\p{P}\p{S}\s]+/gu, '')
    .toLowerCase();
}
