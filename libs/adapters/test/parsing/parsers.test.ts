import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { parseHtml } from '../../src/parsing/html-parser.js';
import { parseMarkdown } from '../../src/parsing/markdown-parser.js';
import { parsePlainText } from '../../src/parsing/plain-text-parser.js';

const token = fc.constantFrom(
  ...[
    '# ',
    '## ',
    '- ',
    '1. ',
    '> ',
    '```\n',
    '    ',
    '| a | b |\n',
    '|---|---|\n',
    '---\n',
    '\n',
    '\n\n',
    'word ',
    'word. ',
  ],
  ...[
    '<p>',
    '</p>',
    '<li>',
    '<ul>',
    '</ul>',
    '<table>',
    '<td>',
    '</table>',
    '<h2>',
    '</h2>',
    '<pre>',
    '</pre>',
    '<br>',
    '<!--',
    '-->',
  ],
  ...[
    '<blockquote>',
    '</blockquote>',
    '[a](b)',
    '![c](d)',
    '`',
    '**',
    '&amp;',
    '&#7;',
    '[^1]',
    '[^1]: ',
    '==',
    '\t',
    '東京',
    '👋',
    '\u00a0',
  ],
);
const sources = fc
  .array(fc.oneof({ weight: 8, arbitrary: token }, fc.string({ maxLength: 6 })), { maxLength: 60 })
  .map((each) => each.join(''));

const parsers: [string, (source: string) => ParsedDocument][] = [
  ['Markdown', parseMarkdown],
  ['plain text', parsePlainText],
  ['HTML', (source) => parseHtml(`<p>x</p>${source}`)],
];

describe.each(parsers)('%s', (_, parse) => {
  it('gives blocks in order that leave nothing but white space out, of text without controls', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const { text, blocks } = parse(source);
        let position = 0;
        let between = '';
        for (const { start, end } of blocks) {
          expect(start).toBeGreaterThanOrEqual(position);
          expect(end).toBeGreaterThan(start);
          between += text.slice(position, start);
          position = end;
        }
        expect(between.trim()).toBe('');
        expect(position).toBe(text.length);
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u);
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same document each time', () => {
    fc.assert(fc.property(sources, (source) => expect(parse(source)).toEqual(parse(source))));
  });
});
