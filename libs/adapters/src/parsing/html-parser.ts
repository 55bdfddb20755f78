import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { parse, parseFragment } from 'parse5';
import { DocumentBuilder } from './document-builder.js';
import { addHtmlContent } from './html-content.js';
import { attribute, findElement, textContent, type HtmlParent } from './html-tree.js';

/** Characters kept of one piece of metadata, as in front matter. */
const LONGEST_VALUE = 1_000;
const KEPT_METADATA = ['author', 'description', 'keywords'] as const;

/**
 * The readable content of an HTML page: what `main`, or else the only `article`, or else the body holds,
 * without navigation, page header and footer, sidebars, forms, consent banners and whatever is hidden. A page
 * of which nothing would be left (all of it a form) is read whole but for hidden parts. `source` is decoded
 * text; any text is valid HTML.
 *
 * The title is the page's `title`, or its first `h1` where the page title only adds the site's name to it or
 * is missing.
 *
 * @throws DocketError `document.empty` when the page shows no text.
 */
export function parseHtml(source: string): ParsedDocument {
  const page = parse(source);
  const root = contentRoot(page);
  let builder = new DocumentBuilder();
  addHtmlContent(builder, root, 'furniture');
  if (builder.isEmpty) {
    builder = new DocumentBuilder();
    addHtmlContent(builder, page, 'hidden');
  }
  if (builder.isEmpty) {
    throw new DocketError(
      'document.empty',
      'The page shows no text without scripts. Upload a page that holds its text.',
    );
  }
  return builder.finish({ title: titleOf(page, builder.firstHeadingOf(1)), metadata: metadataOf(page) });
}

/** Adds raw HTML that stands inside another format; nothing in it is the page's furniture. */
export function addHtmlFragment(builder: DocumentBuilder, html: string): void {
  addHtmlContent(builder, parseFragment(html), 'hidden');
}

/** The readable text of raw HTML, for places that hold text only. */
export function htmlFragmentText(html: string): string {
  const builder = new DocumentBuilder();
  addHtmlFragment(builder, html);
  return builder.finish({ title: null, metadata: {} }).text;
}

function contentRoot(page: HtmlParent): HtmlParent {
  const main = findElement(page, (each) => each.tagName === 'main' || attribute(each, 'role') === 'main');
  if (main !== null) return main;
  const article = findElement(page, ({ tagName }) => tagName === 'article');
  const second = article && findElement(page, (each) => each.tagName === 'article' && each !== article);
  return article !== null && second === null ? article : page;
}

function titleOf(page: HtmlParent, heading: string | null): string | null {
  const element = findElement(
    page,
    ({ tagName, namespaceURI }) => tagName === 'title' && namespaceURI.endsWith('xhtml'),
  );
  const title = element === null ? '' : textContent(element);
  if (title === '') return heading;
  return heading !== null && title.toLowerCase().includes(heading.toLowerCase()) ? heading : title;
}

function metadataOf(page: HtmlParent): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const name of KEPT_METADATA) {
    const meta = findElement(
      page,
      (each) => each.tagName === 'meta' && attribute(each, 'name')?.toLowerCase() === name,
    );
    const content = meta === null ? '' : (attribute(meta, 'content') ?? '').trim();
    if (content !== '') metadata[name] = content.slice(0, LONGEST_VALUE).toWellFormed();
  }
  return metadata;
}
