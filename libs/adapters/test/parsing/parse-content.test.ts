import { describe, expect, it } from '@jest/globals';
import { parseContent } from '@docket/adapters/parsing/parse-content';
import type { ParseOptions } from '@docket/adapters/parsing/parse-job';
import { parseSparseVector } from '@docket/domain/search/sparse-vector';
import { termId } from '@docket/domain/search/lexical';

const options: ParseOptions = {
  language: 'auto',
  hashedVectorsUpTo: 0,
  maxTextCharacters: 10_000,
  maxChunks: 100,
};
const markdown = { mediaType: 'text/markdown', fileName: 'guide.md' };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const guide =
  '# Kiosk\n\nHow to set up the kiosk that is in the shop.\n\n## Errors\n\n### Pairing\n\nLSP-4005 means that pairing failed.\n';

describe('parseContent', () => {
  it('makes text, passages and their term weights of the bytes', async () => {
    const content = await parseContent(utf8(guide), markdown, options);
    expect(content).toMatchObject({ kind: 'markdown', title: 'Kiosk', language: 'en', pageCount: null });
    expect(content.chunks.map(({ sectionPath }) => sectionPath)).toEqual([[], ['Errors', 'Pairing']]);
    for (const { text, charStart, charEnd, vector } of content.chunks) {
      expect(text).toBe(content.text.slice(charStart, charEnd));
      expect(vector).toBeNull();
    }
  });

  it('lets a passage be found by the headings above it and, faintly, by its neighbours', async () => {
    const source = '## Billing\n\nMoney matters.\n\n### Refunds\n\nFive days.';
    const { chunks } = await parseContent(utf8(source), markdown, options);
    const [, refunds] = chunks;
    const weights = parseSparseVector(refunds?.weights ?? '{}/1000000000');
    expect(refunds?.sectionPath).toEqual(['Billing', 'Refunds']);
    expect(weights.get(termId('bill'))).toBeGreaterThan(0.9);
    expect(weights.get(termId('money'))).toBeLessThan(0.7);
  });

  it('makes a vector of each passage when asked to', async () => {
    const { chunks } = await parseContent(utf8(guide), markdown, { ...options, hashedVectorsUpTo: 5_000 });
    expect(chunks.every(({ vector }) => vector?.length === 2_048)).toBe(true);
  });

  it('keeps the language that was asked for', async () => {
    const { language } = await parseContent(utf8(guide), markdown, { ...options, language: 'de' });
    expect(language).toBe('de');
  });

  it.each([
    ['document.empty', '---\ntitle: Nothing\n---\n', {}],
    ['document.too_large', 'a '.repeat(6_000), {}],
    ['document.too_large', '## A\n\ntext\n\n'.repeat(101), {}],
    ['document.unreadable', '>'.repeat(20_000), {}],
    ['upload.type_mismatch', '%PDF-1.7', {}],
    ['document.type_unsupported', 'text', { mediaType: 'image/png' }],
  ])('refuses with %s', async (code, source, declared) => {
    const parsing = parseContent(utf8(source), { ...markdown, ...declared }, options);
    await expect(parsing).rejects.toMatchObject({ code });
  });
});
