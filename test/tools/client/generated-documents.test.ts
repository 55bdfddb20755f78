import { describe, expect, it } from '@jest/globals';
import { generatedDocuments } from '../../../tools/client/generated-documents.ts';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('generated documents', () => {
  it('are as many as asked, no two alike, and none as in another run', () => {
    const texts = [...generatedDocuments(120, 'run 1'), ...generatedDocuments(120, 'run 2')].map(
      ({ bytes }) => textOf(bytes),
    );
    expect(new Set(texts).size).toBe(240);
  });

  it('carry their run in the title, by which they are counted', () => {
    for (const [index, { bytes, mediaType }] of generatedDocuments(60, 'run 7').entries()) {
      expect(textOf(bytes).split('\n')[0]).toBe(`# Article ${index} of run 7`);
      expect(mediaType).toBe('text/markdown');
    }
  });

  it('are of one size, 3 kB, so that runs can be compared', () => {
    for (const { bytes } of generatedDocuments(60, 'run 1')) {
      expect(bytes.length).toBeGreaterThan(2_900);
      expect(bytes.length).toBeLessThan(3_100);
    }
  });
});
