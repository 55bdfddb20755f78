import { describe, expect, it } from '@jest/globals';
import { parsePlainText } from '../../src/parsing/plain-text-parser.js';

const blocksOf = (source: string): [string, string][] => {
  const { text, blocks } = parsePlainText(source);
  return blocks.map((block) => [
    block.kind === 'heading' ? `heading ${block.level}` : block.kind,
    text.slice(block.start, block.end),
  ]);
};

describe('parsePlainText', () => {
  it('parts paragraphs at blank lines and keeps their lines', () => {
    expect(blocksOf('One\ntwo\n \n\n  indented\n')).toEqual([
      ['paragraph', 'One\ntwo'],
      ['paragraph', '  indented'],
    ]);
  });

  it('knows headings that are plainly headings', () => {
    expect(
      blocksOf(
        'RETENTION\n=========\nText.\n\nScope\n-----\n\n1. Scope of this\n\n2.1 Where data lives\n\nMore.',
      ),
    ).toEqual([
      ['heading 1', 'RETENTION'],
      ['paragraph', 'Text.'],
      ['heading 2', 'Scope'],
      ['heading 2', '1. Scope of this'],
      ['heading 3', '2.1 Where data lives'],
      ['paragraph', 'More.'],
    ]);
    expect(parsePlainText('RETENTION\n=========\nText.').title).toBe('RETENTION');
  });

  it.each([
    ['1. Open the app and sign in.', 'list'],
    ['2 tablets are paired', 'paragraph'],
    ['2024 Release notes', 'paragraph'],
    ['Total\n----------------------------------------', 'paragraph'],
    ['- one\n- two', 'list'],
  ])('does not take %j for a heading', (source, kind) => {
    expect(blocksOf(source)).toEqual([[kind, source]]);
  });

  it('takes numbered steps with blank lines between them for what they are', () => {
    expect(blocksOf('1. Open the app\n\n2. Choose Settings\n\n3. Done')).toEqual([
      ['list', '1. Open the app'],
      ['list', '2. Choose Settings'],
      ['list', '3. Done'],
    ]);
  });

  it('has no title without a heading', () => {
    expect(parsePlainText('Text.').title).toBeNull();
  });
});
