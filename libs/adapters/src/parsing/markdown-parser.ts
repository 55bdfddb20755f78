import type { BodyBlock, ParsedDocument } from '@docket/domain/document/parsed-document';
import type { RootContent } from 'mdast';
import { DocumentBuilder } from './document-builder.js';
import { readFrontMatter } from './front-matter.js';
import { addHtmlFragment } from './html-parser.js';
import { blockText } from './markdown-blocks.js';
import { inlineText } from './markdown-inline.js';
import { markdownParts } from './markdown-parts.js';
import { parseMarkdownSyntax } from './markdown-syntax.js';

/**
 * Markdown (CommonMark with GFM tables, task lists and footnotes, and YAML front matter) as readable text:
 * what a person sees, with headings as plain lines and lists, tables and code in a plain-text form. The title
 * is the front matter's `title`, else a first-level heading that opens the document. `source` is decoded
 * text.
 *
 * @throws DocketError `document.unreadable` for nesting deeper than 100 levels.
 */
export function parseMarkdown(source: string): ParsedDocument {
  return markdownDocument(markdownTrees(source));
}

function* markdownTrees(source: string): Generator<readonly RootContent[]> {
  for (const part of markdownParts(source)) yield parseMarkdownSyntax(part).children;
}

/** The document that syntax trees make, one after the other. */
export function markdownDocument(trees: Iterable<readonly RootContent[]>): ParsedDocument {
  const builder = new DocumentBuilder();
  let metadata: Record<string, string> = {};
  for (const tree of trees) {
    for (const node of tree) {
      if (node.type === 'yaml') metadata = readFrontMatter(node.value);
      else addBlock(builder, node);
    }
  }
  const { title, ...rest } = metadata;
  return builder.finish({ title: title ?? builder.leadingHeading, metadata: rest });
}

function addBlock(builder: DocumentBuilder, node: RootContent): void {
  if (node.type === 'heading') builder.addHeading(inlineText(node.children), node.depth);
  else if (node.type === 'html') addHtmlFragment(builder, node.value);
  else builder.add(bodyKind(node), blockText(node));
}

function bodyKind(node: RootContent): BodyBlock['kind'] {
  switch (node.type) {
    case 'list':
    case 'table':
    case 'code':
      return node.type;
    case 'blockquote':
      return 'quote';
    default:
      return 'paragraph';
  }
}
