import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markdownParts } from '../../src/parsing/markdown-parts.js';

describe('markdownParts', () => {
  it('cuts a long source in front of headings only', () => {
    const section = '## Heading\n\nText.\n';
    const parts = [...markdownParts(section.repeat(20), 50)];
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(part.startsWith('## Heading')).toBe(true);
  });

  it('does not take a comment in code for a heading', () => {
    const code = `\`\`\`\`sh\n${'# comment\n```\n'.repeat(20)}\`\`\`\`\n`;
    expect([...markdownParts(code, 50)]).toEqual([code]);
    expect([...markdownParts(`${code}# After\n${'text\n'.repeat(20)}`, 50)]).toHaveLength(2);
  });

  it('loses nothing, and leaves a short source whole', () => {
    const line = fc.constantFrom('# a\n', 'text\n', '```\n', '~~~~\n', '\n', '  # b\n');
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 60 }), (lines, size) => {
        const source = lines.join('');
        expect([...markdownParts(source, size)].join('')).toBe(source);
      }),
    );
    expect([...markdownParts('# a\n# b\n')]).toEqual(['# a\n# b\n']);
  });
});
