import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chunkDocument, CHUNK_SIZES, estimateTokens } from '@docket/domain/document/chunking';
import type { Block, ParsedDocument } from '@docket/domain/document/parsed-document';

const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z]{1,12}$/u) },
  fc.constantFrom('LSP-4012', '2.14.1', '東京都', '👩‍👩‍👧‍👦', 'e\u0301', '—', '.', '\n', '- item', 'x'.repeat(500)),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const content = fc.array(word, { minLength: 1, maxLength: 400 }).map((words) => words.join(' '));
const kind = fc.constantFrom('paragraph', 'list', 'table', 'code', 'quote');
const block = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind, content }) },
  fc.record({
    kind: fc.constant('heading' as const),
    level: fc.integer({ min: 1, max: 6 }),
    content: fc.string({ maxLength: 60 }),
  }),
);

const documents: fc.Arbitrary<ParsedDocument> = fc
  .record({ parts: fc.array(block, { maxLength: 12 }), title: fc.option(fc.string({ maxLength: 20 })) })
  .map(({ parts, title }) => {
    const blocks: Block[] = [];
    let text = '';
    for (const part of parts) {
      if (text !== '') text += '\n\n';
      const range = { start: text.length, end: text.length + part.content.length, page: null };
      text += part.content;
      blocks.push(
        'level' in part ? { kind: 'heading', level: part.level, ...range } : { kind: part.kind, ...range },
      );
    }
    return { text, blocks, title, metadata: {}, pageCount: null };
  });

const withoutSpace = (text: string): string => text.replace(/\s+/gu, '');

describe('any document', () => {
  it('is covered by its chunks exactly, in order and without overlap', () => {
    fc.assert(
      fc.property(documents, (document) => {
        let position = 0;
        let skipped = '';
        for (const chunk of chunkDocument(document)) {
          expect(chunk.charStart).toBeGreaterThanOrEqual(position);
          expect(chunk.text).toBe(document.text.slice(chunk.charStart, chunk.charEnd));
          expect(chunk.text.trim()).not.toBe('');
          skipped += document.text.slice(position, chunk.charStart);
          position = chunk.charEnd;
        }
        expect(withoutSpace(skipped + document.text.slice(position))).toBe('');
      }),
    );
  });

  it('gives chunks of bounded size that are not torn inside a character', () => {
    fc.assert(
      fc.property(documents, (document) => {
        for (const { text, tokenCount, sectionPath } of chunkDocument(document)) {
          expect(tokenCount).toBeLessThanOrEqual(CHUNK_SIZES.most);
          expect(tokenCount).toBe(estimateTokens(text));
          expect(text.isWellFormed()).toBe(document.text.isWellFormed());
          expect(sectionPath.every((heading) => heading.trim() !== '')).toBe(true);
        }
      }),
    );
  });

  it('gives the same chunks each time', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(chunkDocument(document)).toEqual(chunkDocument(document));
      }),
    );
  });
});

describe('estimateTokens', () => {
  it('never grows when a text is cut in two, but by the cut word', () => {
    fc.assert(
      fc.property(content, fc.nat(), (text, at) => {
        const cut = at % (text.length + 1);
        const parts = estimateTokens(text.slice(0, cut)) + estimateTokens(text.slice(cut));
        expect(parts).toBeGreaterThanOrEqual(estimateTokens(text) - 1);
        expect(parts).toBeLessThanOrEqual(estimateTokens(text) + 1);
      }),
    );
  });

  it('counts about 1.3 tokens per English word', () => {
    const text =
      'Ask your mail administrator to allow the sending domain, then request another message from the sign-in page.';
    expect(estimateTokens(text) / text.split(' ').length).toBeGreaterThan(1.1);
    expect(estimateTokens(text) / text.split(' ').length).toBeLessThan(1.5);
    expect(estimateTokens('東京都庁')).toBe(4);
    expect(estimateTokens('')).toBe(0);
  });
});
