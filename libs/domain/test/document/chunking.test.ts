import { describe, expect, it } from '@jest/globals';
import { chunkDocument, CHUNK_SIZES, type Chunk } from '@docket/domain/document/chunking';
import type { Block, ParsedDocument } from '@docket/domain/document/parsed-document';

type Part = ['h1' | 'h2' | 'h3' | 'paragraph' | 'list' | 'table' | 'code', string];

function documentOf(parts: readonly Part[], title: string | null = null): ParsedDocument {
  const blocks: Block[] = [];
  let text = '';
  for (const [kind, content] of parts) {
    if (text !== '') text += '\n\n';
    const range = { start: text.length, end: text.length + content.length, page: null };
    text += content;
    if (kind === 'h1' || kind === 'h2' || kind === 'h3')
      blocks.push({ kind: 'heading', level: Number(kind[1]), ...range });
    else blocks.push({ kind, ...range });
  }
  return { text, blocks, title, metadata: {}, pageCount: null };
}

const paths = (chunks: readonly Chunk[]): string[] =>
  chunks.map(({ sectionPath }) => sectionPath.join(' > '));
const sentence = 'The manager of a location approves every timesheet before payroll can be exported. ';

describe('chunkDocument', () => {
  it('makes each section a chunk under its headings, without the title', () => {
    const chunks = chunkDocument(
      documentOf([
        ['h1', 'Refunds'],
        ['paragraph', 'How money comes back.'],
        ['h2', 'By card'],
        ['paragraph', 'Five days.'],
        ['h3', 'Debit cards'],
        ['paragraph', 'Ten days.'],
        ['h2', 'By voucher'],
        ['paragraph', 'At once.'],
      ]),
    );
    expect(paths(chunks)).toEqual(['', 'By card', 'By card > Debit cards', 'By voucher']);
    expect(chunks[2]?.text).toBe('Debit cards\n\nTen days.');
  });

  it('keeps first-level headings in the path when they are sections, not the title', () => {
    const parts: Part[] = [
      ['h1', 'One'],
      ['paragraph', 'First.'],
      ['h1', 'Two'],
      ['paragraph', 'Second.'],
    ];
    expect(paths(chunkDocument(documentOf(parts)))).toEqual(['One', 'Two']);
    expect(paths(chunkDocument(documentOf(parts, 'one')))).toEqual(['', 'Two']);
  });

  it('joins a bare heading with the first section under it', () => {
    const chunks = chunkDocument(
      documentOf([
        ['h2', 'Cards'],
        ['h3', 'Debit'],
        ['paragraph', 'Ten days.'],
      ]),
    );
    expect(paths(chunks)).toEqual(['Cards > Debit']);
    expect(chunks[0]?.text).toBe('Cards\n\nDebit\n\nTen days.');
  });

  it('cuts a long section between its paragraphs into about equal parts', () => {
    const paragraphs = Array.from({ length: 12 }, (): Part => ['paragraph', sentence.repeat(4).trim()]);
    const chunks = chunkDocument(documentOf([['h2', 'Approval'], ...paragraphs]));
    expect(chunks.length).toBeGreaterThan(2);
    expect(new Set(paths(chunks))).toEqual(new Set(['Approval']));
    for (const chunk of chunks) expect(chunk.text.endsWith('exported.')).toBe(true);
    const sizes = chunks.map(({ tokenCount }) => tokenCount);
    expect(Math.min(...sizes) * 2).toBeGreaterThan(Math.max(...sizes));
  });

  it('keeps the line that announces a list with the list', () => {
    const list = Array.from({ length: 12 }, () => `- ${sentence.trim()}`).join('\n');
    const chunks = chunkDocument(
      documentOf([
        ['paragraph', sentence.repeat(14).trim()],
        ['paragraph', 'Before you start:'],
        ['list', list],
      ]),
    );
    expect(chunks.find(({ text }) => text.includes(list))?.text.startsWith('Before you start:')).toBe(true);
  });

  it('keeps a table whole, and cuts one that is too large between rows', () => {
    const row = '| LSP-1003 | Eight wrong passwords in a row | Wait 15 minutes |';
    const whole = chunkDocument(documentOf([['table', Array(10).fill(row).join('\n')]]));
    expect(whole).toHaveLength(1);
    const cut = chunkDocument(documentOf([['table', Array(60).fill(row).join('\n')]]));
    expect(cut.length).toBeGreaterThan(1);
    for (const { text } of cut) expect(text.split('\n').every((line) => line === row)).toBe(true);
  });

  it('cuts a list that is too large before an item, not inside one', () => {
    const item = `- ${sentence}\n  ${sentence}\n  ${sentence.trim()}`;
    const chunks = chunkDocument(documentOf([['list', Array(40).fill(item).join('\n')]]));
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text.startsWith('- ')).toBe(true);
  });

  it('cuts a paragraph that is too large after a sentence', () => {
    const chunks = chunkDocument(documentOf([['paragraph', sentence.repeat(80).trim()]]));
    for (const { text } of chunks) expect(text.endsWith('.')).toBe(true);
  });

  it('has no chunk for a document without text', () => {
    expect(chunkDocument(documentOf([]))).toEqual([]);
    expect(chunkDocument(documentOf([['paragraph', ' \n ']]))).toEqual([]);
  });

  it.each([
    ['one line', 'word '.repeat(200_000)],
    ['no white space', 'x'.repeat(1_000_000)],
    ['Chinese', '東'.repeat(1_000_000)],
    ['combining marks', `a${'\u0301'.repeat(1_000_000)}`],
    ['emoji families', '👩‍👩‍👧‍👦'.repeat(90_000)],
    ['spaces inside', `a${' '.repeat(1_000_000)}b`],
    ['short lines', 'ab\n'.repeat(330_000)],
  ])('cuts a megabyte of %s into bounded chunks within a second', (_, text) => {
    const startedAt = performance.now();
    const chunks = chunkDocument(documentOf([['paragraph', text]]));
    // Linear work is done in a fraction of a second, also on a busy machine; what is quadratic takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(Math.max(...chunks.map(({ tokenCount }) => tokenCount))).toBeLessThanOrEqual(CHUNK_SIZES.most);
    expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(CHUNK_SIZES.most * 8);
  });
});
