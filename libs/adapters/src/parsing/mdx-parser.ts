import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import type { Parents, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { mdxFromMarkdown, type MdxJsxFlowElement, type MdxJsxTextElement } from 'mdast-util-mdx';
import { mdxjs } from 'micromark-extension-mdxjs';
import { markdownDocument, parseMarkdown } from './markdown-parser.js';
import { SYNTAX } from './markdown-syntax.js';

/** Attributes that a component shows. */
const SHOWN_ATTRIBUTES = ['title', 'label', 'alt', 'summary', 'caption'];

/** Components in one another; the stack has an end. */
const DEEPEST = 100;

/**
 * MDX as Markdown: imports, exports and expressions go, components are reduced to the text that they hold and to what their
 * `title`, `label`, `alt`, `summary` and `caption` say. What is no valid MDX is read as Markdown. Nothing in it is
 * run.
 *
 * @throws DocketError `document.unreadable` for nesting deeper than 100 levels.
 */
export function parseMdx(source: string): ParsedDocument {
  let root;
  try {
    root = fromMarkdown(source, {
      extensions: [...(SYNTAX.extensions ?? []), mdxjs()],
      mdastExtensions: [...(SYNTAX.mdastExtensions ?? []), mdxFromMarkdown()],
    });
  } catch (error) {
    // The syntax is stricter than the files that carry its name.
    if (error instanceof RangeError) throw error;
    return parseMarkdown(source);
  }
  flatten(root, 0);
  return markdownDocument([root.children]);
}

/** Puts the content of components in their place, and takes code out. */
function flatten(parent: Parents, depth: number): void {
  if (depth > DEEPEST) {
    throw new DocketError('document.unreadable', `Components are nested more than ${DEEPEST} levels deep.`);
  }
  const children: RootContent[] = [];
  for (const child of parent.children) {
    if ('children' in child) flatten(child, depth + 1);
    children.push(...plainForm(child));
  }
  (parent as { children: RootContent[] }).children = children;
}

function plainForm(node: RootContent): RootContent[] {
  switch (node.type) {
    case 'mdxjsEsm':
    case 'mdxFlowExpression':
    case 'mdxTextExpression':
      return [];
    case 'mdxJsxFlowElement': {
      const shown = shownAttributes(node);
      const lead: RootContent[] =
        shown === '' ? [] : [{ type: 'paragraph', children: [{ type: 'text', value: shown }] }];
      return [...lead, ...node.children];
    }
    case 'mdxJsxTextElement': {
      const shown = shownAttributes(node);
      return shown === '' || node.children.length > 0 ? node.children : [{ type: 'text', value: shown }];
    }
    default:
      return [node];
  }
}

function shownAttributes({ attributes }: MdxJsxFlowElement | MdxJsxTextElement): string {
  return attributes
    .flatMap((attribute) =>
      attribute.type === 'mdxJsxAttribute' &&
      SHOWN_ATTRIBUTES.includes(attribute.name) &&
      typeof attribute.value === 'string'
        ? [attribute.value]
        : [],
    )
    .join(' ');
}
