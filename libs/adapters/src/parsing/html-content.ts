import type { DocumentBuilder } from './document-builder.js';
import { HtmlBlocks } from './html-blocks.js';
import {
  attribute,
  containsElement,
  walkHtml,
  type HtmlElement,
  type HtmlParent,
  type HtmlVisitor,
} from './html-tree.js';
import { isOmitted, type OmittedParts } from './html-visibility.js';

const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const NOT_IN_DATA_TABLES = new Set([...HEADINGS, 'table', 'pre']);
const LISTS = ['ul', 'ol', 'dl'];
const BREAKS_FLOW = new Set(
  `address article aside body caption center dd details div dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6
  header hgroup hr html legend li main optgroup option p section summary tbody td tfoot th thead tr`.split(
    /\s+/u,
  ),
);

/**
 * Adds the readable content below `root` to a document: headings, paragraphs, lists, tables, code and quotes,
 * in order. Lists and tables that hold headings are layout (accordions, pages built of tables) and are read
 * through.
 */
export function addHtmlContent(builder: DocumentBuilder, root: HtmlParent, omitted: OmittedParts): void {
  const reader = new ContentReader(builder, omitted, 'tagName' in root);
  walkHtml(root, reader);
  reader.finish();
}

type ElementAction = (element: HtmlElement) => void;

/** By tag name: a map, since a page may well hold an element called `constructor`. */
type ElementActions = ReadonlyMap<string, ElementAction>;

function forEach(names: Iterable<string>, action: ElementAction): [string, ElementAction][] {
  return Array.from(names, (name) => [name, action]);
}

class ContentReader implements HtmlVisitor {
  private readonly blocks: HtmlBlocks;
  /** Lists and tables that were opened as such, so that leaving the transparent ones does nothing. */
  private readonly opened = new Set<HtmlElement>();
  private contentDepth: number;
  private readonly onEnter: ElementActions = new Map<string, ElementAction>([
    ['br', () => this.blocks.lineBreak()],
    ['img', (image) => this.blocks.text(attribute(image, 'alt') ?? '')],
    ['pre', () => this.blocks.openVerbatim()],
    ['blockquote', () => this.blocks.openQuote()],
    ...forEach(LISTS, (list) => this.enterList(list)),
    ...forEach(['li', 'dt'], () => this.blocks.openItem()),
    ['table', (table) => this.enterTable(table)],
    ['tr', () => this.blocks.openRow()],
    ...forEach(['td', 'th'], () => this.blocks.openCell()),
  ]);
  private readonly onLeave: ElementActions = new Map<string, ElementAction>([
    ['pre', () => this.blocks.closeVerbatim()],
    ['blockquote', () => this.blocks.closeQuote()],
    ...forEach(LISTS, (list) => this.leaveList(list)),
    ['table', (table) => this.leaveTable(table)],
    ...forEach(HEADINGS, ({ tagName }) => this.blocks.endHeading(Number(tagName.slice(1)))),
  ]);

  constructor(
    builder: DocumentBuilder,
    private readonly omitted: OmittedParts,
    startsInsideContent: boolean,
  ) {
    this.blocks = new HtmlBlocks(builder);
    this.contentDepth = startsInsideContent ? 1 : 0;
  }

  finish(): void {
    this.blocks.breakFlow();
  }

  text(value: string): void {
    this.blocks.text(value);
  }

  enter(element: HtmlElement): boolean {
    if (isOmitted(element, this.omitted, this.contentDepth > 0)) return false;
    if (isContentRoot(element)) this.contentDepth += 1;
    const opens = this.onEnter.get(element.tagName);
    if (opens !== undefined) opens(element);
    else if (BREAKS_FLOW.has(element.tagName)) this.blocks.breakFlow();
    return true;
  }

  leave(element: HtmlElement): void {
    if (isContentRoot(element)) this.contentDepth -= 1;
    const closes = this.onLeave.get(element.tagName);
    if (closes !== undefined) closes(element);
    else if (BREAKS_FLOW.has(element.tagName)) this.blocks.breakFlow();
  }

  private leaveList(list: HtmlElement): void {
    if (this.opened.delete(list)) this.blocks.closeList();
    else this.blocks.breakFlow();
  }

  private leaveTable(table: HtmlElement): void {
    if (this.opened.delete(table)) this.blocks.closeTable();
    else this.blocks.breakFlow();
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
