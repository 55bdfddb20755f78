import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { DocumentBuilder } from './document-builder.js';
import { withoutFurniture } from './pdf-furniture.js';
import { headingsOf } from './pdf-headings.js';
import { linesOf } from './pdf-lines.js';
import { bodyTypeOf, isSameSize, paragraphsOf, type BodyType, type PdfParagraph } from './pdf-paragraphs.js';
import { readPdf, type PdfFile } from './pdf-reader.js';
import { tableText } from './pdf-tables.js';
import { PdfText } from './pdf-text.js';

/** Characters kept of one piece of metadata, as in front matter. */
const LONGEST_VALUE = 1_000;
const KEPT_METADATA = { author: 'Author', subject: 'Subject', keywords: 'Keywords' } as const;

/** Titles that programs write by themselves. */
const NO_TITLE =
  /^(?:untitled|document\d*|microsoft word - .*|.*\.(?:docx?|pdf|tex|dvi|indd|odt|html?|rtf|ps))$/iu;

/** Share of characters without a meaning above which fonts lack the map that would give them one. */
const MOST_UNMAPPED = 0.3;
const UNMAPPED = /[\u0000-\u0008\u000e-\u001f\ufffd\ue000-\uf8ff]/gu;

/**
 * A PDF as readable text: columns one after the other, lines joined to paragraphs and words mended at line ends,
 * headings by the bookmarks, their size or their font, tables as rows between bars; without running heads and feet, page
 * numbers and watermarks. Every block has the page it begins on. The title is the file's own, else its first heading.
 *
 * @throws DocketError `document.encrypted`, `document.unreadable` when it is damaged or its fonts have no map to
 * characters, `document.empty` when it holds no text, as a scan.
 */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedDocument> {
  const file = await readPdf(bytes);
  assertReadable(file);
  const pages = file.pages.map(linesOf);
  const body = bodyTypeOf(pages.flat());
  const lines = withoutFurniture(pages, body.size);
  const paragraphs = joinAcrossPages(paragraphsOf(lines, body), body);
  const builder = new DocumentBuilder();
  addParagraphs(builder, paragraphs, body, file);
  if (builder.isEmpty)
    throw new DocketError('document.empty', 'The PDF holds no text beside its page numbers.');
  return {
    ...builder.finish({
      title: titleOf(file.info) ?? builder.leadingHeading,
      metadata: metadataOf(file.info),
    }),
    pageCount: file.pages.length,
  };
}

function assertReadable({ pages }: PdfFile): void {
  let characters = 0;
  let unmapped = 0;
  for (const { runs } of pages) {
    for (const { text } of runs) {
      characters += text.length;
      unmapped += text.match(UNMAPPED)?.length ?? 0;
    }
  }
  if (characters === 0) {
    throw new DocketError(
      'document.empty',
      'The PDF holds no text: it may be a scan. Run text recognition on it and upload the result.',
    );
  }
  if (unmapped > characters * MOST_UNMAPPED) {
    throw new DocketError(
      'document.unreadable',
      'The fonts of the PDF have no map to characters, so its text cannot be read. Export it again with such a map.',
    );
  }
}

/** A paragraph that the end of a column or page cuts is one again; footnotes may stand between its halves. */
function joinAcrossPages(paragraphs: readonly PdfParagraph[], body: BodyType): PdfParagraph[] {
  const joined: PdfParagraph[] = [];
  let flow = '';
  for (const paragraph of paragraphs) {
    const [first] = paragraph.lines;
    const opensFlow = first !== undefined && `${first.page} ${first.column}` !== flow;
    if (first !== undefined) flow = `${first.page} ${first.column}`;
    const half = opensFlow ? joined.findLast((each) => isBody(each, body)) : undefined;
    if (half !== undefined && isBody(paragraph, body) && continues(half, paragraph))
      half.lines.push(...paragraph.lines);
    else joined.push({ ...paragraph, lines: [...paragraph.lines] });
  }
  return joined;
}

function isBody({ kind, lines }: PdfParagraph, body: BodyType): boolean {
  return (kind === 'text' || kind === 'item') && isSameSize(lines[0]?.size ?? 0, body.size);
}

function continues(half: PdfParagraph, next: PdfParagraph): boolean {
  const end = half.lines.at(-1)?.cells.at(-1)?.text ?? '';
  const start = next.lines[0]?.cells[0]?.text ?? '';
  return next.kind === 'text' && /[\p{L}\p{N},;–-]$/u.test(end) && /^[\p{Ll}\d(]/u.test(start);
}

function addParagraphs(
  builder: DocumentBuilder,
  paragraphs: readonly PdfParagraph[],
  body: BodyType,
  { outline }: PdfFile,
): void {
  const text = new PdfText(paragraphs);
  const headings = headingsOf(paragraphs, (paragraph) => text.of(paragraph), body, outline);
  let items: string[] = [];
  const flushItems = (): void => {
    if (items.length > 0) builder.add('list', items.join('\n'));
    items = [];
  };
  for (const paragraph of paragraphs) {
    const level = headings.get(paragraph);
    const page = paragraph.lines[0]?.page ?? null;
    if (paragraph.kind === 'item' && level === undefined) {
      if (items.length === 0) builder.page = page;
      items.push(text.ofItem(paragraph));
      continue;
    }
    flushItems();
    builder.page = page;
    if (level !== undefined) builder.addHeading(text.of(paragraph), level);
    else if (paragraph.kind === 'table') builder.add('table', tableText(paragraph.lines));
    else if (paragraph.kind === 'code') builder.add('code', PdfText.ofCode(paragraph));
    else builder.add('paragraph', text.of(paragraph));
  }
  flushItems();
}

function titleOf(info: PdfFile['info']): string | null {
  const title = typeof info['Title'] === 'string' ? info['Title'].trim() : '';
  return title === '' || NO_TITLE.test(title) ? null : title.slice(0, LONGEST_VALUE).toWellFormed();
}

function metadataOf(info: PdfFile['info']): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, key] of Object.entries(KEPT_METADATA)) {
    const value = info[key];
    if (typeof value === 'string' && value.trim() !== '')
      metadata[name] = value.trim().slice(0, LONGEST_VALUE).toWellFormed();
  }
  return metadata;
}
