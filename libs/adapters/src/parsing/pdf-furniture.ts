import { textOfLine, type PdfLine } from './pdf-lines.js';

/** Share of a page's height at its upper and lower end in which running heads and feet stand. */
const MARGIN = 0.18;

/** A number that stands alone this close to an end is the page's. */
const NUMBER_MARGIN = 0.13;

/** Positions that differ by less than this many points are the same place on the page. */
const PLACE_STEP = 6;

/** In a file of a few pages, what stands on two of them is repeated; in a longer one three. */
const FEW_PAGES = 5;

/** Running heads are set no larger than the text: what is larger is a heading that each chapter has. */
const LARGEST_SIZE = 1.1;

const PAGE_NUMBER =
  /^(?:(?:page|seite|página|pagina)\s*)?[-–—|[(]?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:\/|of|von|de|di)\s*\d{1,4})?\s*[-–—|\])]?$/iu;

/** The lines of all pages without running heads and feet, which repeat in the same place, and page numbers. */
export function withoutFurniture(pages: readonly (readonly PdfLine[])[], bodySize: number): PdfLine[] {
  const counts = new Map<string, number>();
  const isMarginal = ({ fromTop, size }: PdfLine): boolean =>
    (fromTop < MARGIN || fromTop > 1 - MARGIN) && size <= bodySize * LARGEST_SIZE;
  for (const lines of pages) {
    const onPage = new Set(lines.filter(isMarginal).flatMap(placesOf));
    for (const place of onPage) counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const often = pages.length > FEW_PAGES ? 3 : 2;
  return pages.flatMap((lines) =>
    lines.filter((line) => {
      if (!isMarginal(line)) return true;
      return !isPageNumber(line) && !placesOf(line).every((place) => (counts.get(place) ?? 0) >= often);
    }),
  );
}

function isPageNumber(line: PdfLine): boolean {
  const atTheEnd = line.fromTop < NUMBER_MARGIN || line.fromTop > 1 - NUMBER_MARGIN;
  return atTheEnd && PAGE_NUMBER.test(textOfLine(line));
}

/** What stands where, part by part: a running head may have one part at the left and one at the right. */
function placesOf(line: PdfLine): string[] {
  const row = Math.round(line.y / PLACE_STEP);
  return line.cells.map(({ text }) => `${row} ${text.replace(/\d+|^[ivxlc]{1,7}$/giu, '#')}`);
}
