import { describe, expect, it } from '@jest/globals';
import { parseMarkdown } from '../../src/parsing/markdown-parser.js';

const blocksOf = (source: string): [string, string][] => {
  const { text, blocks } = parseMarkdown(source);
  return blocks.map(({ kind, start, end }) => [kind, text.slice(start, end)]);
};

describe('parseMarkdown', () => {
  it('takes title and metadata from the front matter', () => {
    const { title, metadata, text } = parseMarkdown(
      '---\ntitle: Plans\nversion: 1.10\nupdated: 2024-10-14\ntags: [plans, limits]\nnested: { a: 1 }\nempty:\n---\n\n# Other\n\nText.',
    );
    expect(title).toBe('Plans');
    expect(metadata).toEqual({ version: '1.10', updated: '2024-10-14', tags: 'plans, limits' });
    expect(text).toBe('Other\n\nText.');
  });

  it('takes the title from a first-level heading that opens the document', () => {
    expect(parseMarkdown('# Plans *and* `limits`\n\nText.').title).toBe('Plans and limits');
    expect(parseMarkdown('Text.\n\n# Later').title).toBeNull();
    expect(parseMarkdown('## Second level').title).toBeNull();
  });

  it('reads on when the front matter is broken', () => {
    expect(parseMarkdown('---\ntitle: [\n---\n\nText.')).toMatchObject({
      title: null,
      metadata: {},
      text: 'Text.',
    });
    expect(parseMarkdown('---\na: &x [b]\nc: *x\n---\n\nText.').text).toBe('Text.');
  });

  it('keeps each block with its kind, in plain text', () => {
    expect(
      blocksOf(
        [
          '## Set *up*',
          'A [link](http://x.example "t"), ![the logo](a.png), **bold**, `code`\nand a soft break,  \nand a hard one.',
          '3. first\n4. second\n   - inner\n   - [x] done\n5. third',
          '| Code | Means |\n| --- | :-: |\n| LSP-1 | a `pipe` |',
          '```json\n{ "a": 1 }\n```',
          '> quoted\n> text',
          '<!-- hidden -->',
          '---',
          'Last.[^1]',
          '[^1]: A note.',
        ].join('\n\n'),
      ),
    ).toEqual([
      ['heading', 'Set up'],
      ['paragraph', 'A link, the logo, bold, code and a soft break,\nand a hard one.'],
      ['list', '3. first\n4. second\n   - inner\n   - [x] done\n5. third'],
      ['table', '| Code | Means |\n| LSP-1 | a pipe |'],
      ['code', '{ "a": 1 }'],
      ['quote', 'quoted text'],
      ['paragraph', 'Last.[1]'],
      ['paragraph', '[1] A note.'],
    ]);
  });

  it('reads raw HTML for its text', () => {
    expect(blocksOf('<div><h2>Inside</h2><p>A &amp; B<br>C</p></div>\n\nx<br>y <b>z</b>')).toEqual([
      ['heading', 'Inside'],
      ['paragraph', 'A & B\nC'],
      ['paragraph', 'x\ny z'],
    ]);
  });

  it('joins lines of Chinese and Japanese without a space', () => {
    expect(parseMarkdown('東京都の\n設定').text).toBe('東京都の設定');
  });

  it('refuses nesting that nobody reads', () => {
    expect(() => parseMarkdown(`${'> '.repeat(300)}deep`)).toThrow(
      expect.objectContaining({ code: 'document.unreadable' }),
    );
  });
});
