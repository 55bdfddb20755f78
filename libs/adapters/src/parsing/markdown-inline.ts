import type { PhrasingContent } from 'mdast';

/** A line break inside a paragraph with no space needed around it: between two ideographs or kana. */
const BREAK_BETWEEN_IDEOGRAPHS =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。])[^\S\n]*\n[^\S\n]*(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;
const SOFT_BREAK = /[^\S\n]*\n[^\S\n]*/gu;
const LINE_BREAK_TAG = /^<br\s*\/?>$/iu;

/**
 * The readable text of inline Markdown: emphasis and links as their words, images as their alternative text,
 * code verbatim, footnote marks as `[1]`; tags and comments go, `<br>` and hard breaks become line ends, soft
 * breaks the space that they are shown as.
 */
export function inlineText(nodes: readonly PhrasingContent[]): string {
  let text = '';
  for (const node of nodes) text += textOf(node);
  return text;
}

function textOf(node: PhrasingContent): string {
  switch (node.type) {
    case 'text':
      return node.value.replace(BREAK_BETWEEN_IDEOGRAPHS, '').replace(SOFT_BREAK, ' ');
    case 'inlineCode':
      return node.value;
    case 'break':
      return '\n';
    case 'image':
    case 'imageReference':
      return node.alt ?? '';
    case 'footnoteReference':
      return `[${node.label ?? node.identifier}]`;
    case 'html':
      return LINE_BREAK_TAG.test(node.value) ? '\n' : '';
    case 'emphasis':
    case 'strong':
    case 'delete':
    case 'link':
    case 'linkReference':
      return inlineText(node.children);
    // MDX adds kinds of its own, of which its parser leaves none.
    default:
      return '';
  }
}
