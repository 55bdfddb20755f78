import type { Root } from 'mdast';
import { fromMarkdown, type Options } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFootnoteFromMarkdown } from 'mdast-util-gfm-footnote';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfmFootnote } from 'micromark-extension-gfm-footnote';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';

/**
 * GFM by its parts, without autolink literals: a bare address is shown as it stands either way, and looking
 * for them takes 40 % of the parse.
 */
export const SYNTAX: Options = {
  extensions: [frontmatter(), gfmTable(), gfmTaskListItem(), gfmStrikethrough(), gfmFootnote()],
  mdastExtensions: [
    frontmatterFromMarkdown(),
    gfmTableFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmFootnoteFromMarkdown(),
  ],
};

/**
 * Markdown as a syntax tree: CommonMark with front matter, tables, task lists, strikethrough and footnotes.
 *
 * @throws RangeError where nesting (some thousand quotes in quotes) exhausts the parser's stack.
 */
export function parseMarkdownSyntax(source: string): Root {
  return fromMarkdown(source, SYNTAX);
}
