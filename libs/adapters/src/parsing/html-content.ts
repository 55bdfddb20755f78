import type { DocumentBuilder } from './document-builder.js';
import { HtmlBlocks } from './html-blocks.js';
import { attribute, containsElement, walkHtml, type HtmlElement, type HtmlParent, type HtmlVisitor } from './html-tree.js';
import { isOmitted, type OmittedParts } from './html-visibility.js';

const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const NOT_IN_DATA_TABLES = new Set([...HEADINGS, 'table', 'pre']);
const LISTS = new Set(['ul', 'ol', 'dl']);
const BREAKS_FLOW = new Set(
  `address article aside body center dd details div dt fieldset figcaption figure footer header hgroup hr html legend
  li main ol optgroup option p section summary tbody tfoot thead ul caption`.split(/\s+/u),
);

/**
 * Adds the readable content below `root` to a document: headings, paragraphs, lists, tables, code and quotes, in
 * order. Lists and tables that hold headings are layout (accordions, pages built of tables) and are read through.
 */
export function addHtmlContent(builder: DocumentBuilder, root: HtmlParent, omitted: OmittedParts): void {
  const reader = new ContentReader(builder, omitted);
  walkHtml(root, reader);
  reader.finish();
}

class ContentReader implements HtmlVisitor {
  private readonly blocks: HtmlBlocks;
  /** Lists and tables that were opened as such, so that leaving the transparent ones does nothing. */
  private readonly opened = new Set<HtmlElement>();
  private contentDepth = 0;

  constructor(
    builder: DocumentBuilder,
    private readonly omitted: OmittedParts,
  ) {
    this.blocks = new HtmlBlocks(builder);
  }

  finish(): void {
    this.blocks.breakFlow();
  }

  text(value: string): void {
    this.blocks.text(value);
  }

  enter(element: HtmlElement): boolean {
    if (isOmitted(element, this.omitted, this.contentDepth > 0)) return false;
    const name = element.tagName;
    if (isContentRoot(element)) this.contentDepth += 1;
    if (name === 'br') this.blocks.lineBreak();
    else if (name === 'img') this.blocks.text(attribute(element, 'alt') ?? '');
    else if (name === 'pre') this.blocks.openVerbatim();
    else if (name === 'blockquote') this.blocks.openQuote();
    else if (LISTS.has(name)) this.enterList(element);
    else if (name === 'li' || name === 'dt') this.blocks.openItem();
    else if (name === 'table') this.enterTable(element);
    else if (name === 'tr') this.blocks.openRow();
    else if (name === 'td' || name === 'th') this.blocks.openCell();
    else if (HEADINGS.has(name) || BREAKS_FLOW.has(name)) this.blocks.breakFlow();
    return true;
  }

  leave(element: HtmlElement): void {
    const name = element.tagName;
    if (isContentRoot(element)) this.contentDepth -= 1;
    if (name === 'pre') this.blocks.closeVerbatim();
    else if (name === 'blockquote') this.blocks.closeQuote();
    else if (LISTS.has(name) && this.opened.delete(element)) this.blocks.closeList();
    else if (name === 'table' && this.opened.delete(element)) this.blocks.closeTable();
    else if (HEADINGS.has(name)) this.blocks.endHeading(Number(name.slice(1)));
    else if (name === 'tr' || name === 'td' || name === 'th' || BREAKS_FLOW.has(name)) this.blocks.breakFlow();
  }

  private enterList(list: HtmlElement): void {
    this.blocks.breakFlow();
    if (this.blocks.isInTable || (!this.blocks.isInList && containsElement(list, HEADINGS))) return;
    this.opened.add(list);
    const start = Number.parseInt(attribute(list, 'start') ?? '1', 10);
    this.blocks.openList(list.tagName === 'ol', Number.isNaN(start) ? 1 : start);
  }

  private enterTable(table: HtmlElement): void {
    this.blocks.breakFlow();
    if (this.blocks.isInTable || attribute(table, 'role') === 'presentation') return;
    if (containsElement(table, NOT_IN_DATA_TABLES)) return;
    this.opened.add(table);
    this.blocks.openTable();
  }
}

function isContentRoot(element: HtmlElement): boolean {
  return element.tagName === 'main' || element.tagName === 'article' || attribute(element, 'role') === 'main';
}
