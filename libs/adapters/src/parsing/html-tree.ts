import type { DefaultTreeAdapterTypes } from 'parse5';

export type HtmlElement = DefaultTreeAdapterTypes.Element;
export type HtmlParent = DefaultTreeAdapterTypes.ParentNode;
type HtmlNode = DefaultTreeAdapterTypes.ChildNode;

/** Nodes looked at by `containsElement` before it answers no: the check must stay cheap in hostile trees. */
const MOST_NODES_LOOKED_AT = 20_000;

/** What a walk does on its way. `enter` returns false to leave the element and all below it out. */
export interface HtmlVisitor {
  enter(element: HtmlElement): boolean;
  leave(element: HtmlElement): void;
  text(value: string): void;
}

interface Frame {
  readonly node: HtmlParent;
  next: number;
}

/**
 * Visits everything below `root` in document order, with a stack of its own: trees may be 100,000 levels
 * deep.
 */
export function walkHtml(root: HtmlParent, visitor: HtmlVisitor): void {
  const frames: Frame[] = [{ node: root, next: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const child = frame.node.childNodes[frame.next];
    frame.next += 1;
    if (child === undefined) {
      frames.pop();
      if (frames.length > 0 && isElement(frame.node)) visitor.leave(frame.node);
    } else if (isElement(child)) {
      if (visitor.enter(child)) frames.push({ node: child, next: 0 });
    } else if (child.nodeName === '#text' && 'value' in child) {
      visitor.text(child.value);
    }
  }
}

/** The first element below `root`, in document order, that satisfies `matches`; null when none does. */
export function findElement(
  root: HtmlParent,
  matches: (element: HtmlElement) => boolean,
  mostNodes = Number.POSITIVE_INFINITY,
): HtmlElement | null {
  const waiting = elementsOf(root);
  for (let looked = 0; looked < mostNodes; looked += 1) {
    const element = waiting.pop();
    if (element === undefined || matches(element)) return element ?? null;
    for (const child of elementsOf(element)) waiting.push(child);
  }
  return null;
}

/** The children that are elements, last first, as a stack takes them. */
function elementsOf(parent: HtmlParent): HtmlElement[] {
  return parent.childNodes.filter(isElement).reverse();
}

/** Whether one of the named elements is below `root`, among its first 20,000 elements. */
export function containsElement(root: HtmlElement, names: ReadonlySet<string>): boolean {
  return findElement(root, (element) => names.has(element.tagName), MOST_NODES_LOOKED_AT) !== null;
}

/** All text below `root`, white space collapsed. */
export function textContent(root: HtmlParent): string {
  const texts: string[] = [];
  walkHtml(root, { enter: () => true, leave: () => undefined, text: (value) => texts.push(value) });
  return collapse(texts.join(''));
}

export function attribute(element: HtmlElement, name: string): string | null {
  return element.attrs.find((each) => each.name === name)?.value ?? null;
}

/** White space as HTML shows it: each run one space, none at the ends. */
export function collapse(text: string): string {
  return text.replace(/[\s\u200b]+/gu, ' ').trim();
}

function isElement(node: HtmlNode | HtmlParent): node is HtmlElement {
  return 'tagName' in node;
}
