import { DocketError } from '@docket/domain/errors';
import type { List, ListItem, RootContent, Table } from 'mdast';
import { htmlFragmentText } from './html-parser.js';
import { inlineText } from './markdown-inline.js';

/** Levels of lists and quotes in one another; nobody reads deeper, and the stack has an end. */
const DEEPEST_NESTING = 100;

/**
 * The readable text of a block: lists with their bullets, numbers and indents, tables as rows between bars,
 * code verbatim, raw HTML as its text. Empty where nothing is to be read (definitions, rules, comments).
 *
 * @throws DocketError `document.unreadable` for nesting deeper than 100 levels.
 */
export function blockText(node: RootContent, depth = 0): string {
  if (depth > DEEPEST_NESTING) {
    throw new DocketError('document.unreadable', 'Lists or quotes are nested more than 100 levels deep.');
  }
  switch (node.type) {
    case 'heading':
    case 'paragraph':
      return inlineText(node.children);
    case 'code':
      return node.value;
    case 'list':
      return listText(node, depth);
    case 'table':
      return tableText(node);
    case 'blockquote':
      return blocksText(node.children, '\n\n', depth);
    case 'footnoteDefinition':
      return `[${node.label ?? node.identifier}] ${blocksText(node.children, '\n', depth)}`;
    case 'html':
      return htmlFragmentText(node.value);
    default:
      return '';
  }
}

function blocksText(nodes: readonly RootContent[], between: string, depth: number): string {
  return nodes
    .map((node) => blockText(node, depth + 1))
    .filter((text) => text !== '')
    .join(between);
}

function listText(list: List, depth: number): string {
  const first = list.start ?? 1;
  return list.children
    .map((item, index) => itemText(item, list.ordered === true ? `${first + index}. ` : '- ', depth))
    .join(list.spread === true ? '\n\n' : '\n');
}

function itemText(item: ListItem, marker: string, depth: number): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '[x] ' : '[ ] ') : '';
  const lines = blocksText(item.children, '\n', depth).split('\n');
  const indent = ' '.repeat(marker.length);
  return (
    marker + box + lines.map((line, index) => (index === 0 || line === '' ? line : indent + line)).join('\n')
  );
}

function tableText(table: Table): string {
  return table.children
    .map(
      ({ children }) =>
        `| ${children.map((cell) => inlineText(cell.children).replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
}
