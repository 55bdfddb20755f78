import { describe, expect, it } from '@jest/globals';
import { sniffMediaType } from '@docket/adapters/parsing/media-type';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const sniff = (head: Uint8Array, mediaType: string, fileName = 'file'): string =>
  sniffMediaType(head, { mediaType, fileName });

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('sniffMediaType', () => {
  it.each([
    ['text/markdown', 'markdown'],
    ['text/plain', 'plain_text'],
    ['text/html', 'html'],
    ['text/html; charset=utf-8', 'html'],
    ['TEXT/Markdown', 'markdown'],
    ['text/x-markdown', 'markdown'],
    ['application/xhtml+xml', 'html'],
  ])('lets the declared type %s decide among text kinds', (mediaType, kind) => {
    expect(sniff(bytes('# <p>Text</p>'), mediaType)).toBe(kind);
  });

  it.each([
    ['guide.md', 'markdown'],
    ['guide.TXT', 'plain_text'],
    ['a/guide.htm', 'html'],
  ])('takes the name %s where the type says nothing', (fileName, kind) => {
    expect(sniff(bytes('Text'), 'application/octet-stream', fileName)).toBe(kind);
    expect(sniff(bytes('Text'), '', fileName)).toBe(kind);
  });

  it.each([
    ['a PDF', '%PDF-1.7\n'],
    ['a ZIP archive', 'PK\x03\x04\x14\x00'],
    ['a PNG image', '\x89PNG\r\n\x1a\n\x00'],
    ['a JPEG image', '\xff\xd8\xff\xe0\x00'],
    ['a GIF image', 'GIF89a\x01\x00'],
    ['a program', '\x7fELF\x02\x01'],
    ['a gzip archive', '\x1f\x8b\x08\x00'],
    ['an old Office document', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    ['bytes with a NUL', 'abc\x00def'],
    ['UTF-16 without its mark', 'a\x00b\x00c\x00'],
  ])('refuses %s that is declared as text', (_, head) => {
    expect(() => sniff(bytes(head), 'text/plain')).toThrow(
      expect.objectContaining({ code: 'upload.type_mismatch' }),
    );
    expect(() => sniff(bytes(head), 'text/markdown')).toThrow(
      expect.objectContaining({ code: 'upload.type_mismatch' }),
    );
  });

  it('takes UTF-16 with its mark', () => {
    expect(sniff(bytes('\xff\xfea\x00b\x00'), 'text/plain')).toBe('plain_text');
    expect(sniff(bytes('\xfe\xff\x00a\x00b'), 'text/plain')).toBe('plain_text');
  });

  it.each(['BZh is how the file begins', 'OK, PK is a name', '7z is an archiver'])(
    'takes text that begins like "%s"',
    (text) => {
      expect(sniff(bytes(text), 'text/plain')).toBe('plain_text');
    },
  );

  it.each(['image/png', 'application/zip', 'constructor', ''])('has no parser for "%s"', (mediaType) => {
    expect(() => sniff(bytes('%PDF-1.7'), mediaType)).toThrow(
      expect.objectContaining({ code: 'document.type_unsupported' }),
    );
  });

  it('takes a PDF with something in front of it, and a DOCX', () => {
    expect(sniff(bytes(`${'x'.repeat(500)}%PDF-1.7`), 'application/pdf')).toBe('pdf');
    expect(sniff(bytes('PK\x03\x04\x14\x00'), DOCX)).toBe('docx');
    expect(sniff(bytes('PK\x03\x04\x14\x00'), 'application/octet-stream', 'Report.DOCX')).toBe('docx');
  });

  it.each([
    ['text', 'application/pdf', 'Hello'],
    ['a DOCX', 'application/pdf', 'PK\x03\x04\x14\x00'],
    ['a PDF', DOCX, '%PDF-1.7'],
    ['text', DOCX, 'Hello'],
  ])('refuses %s that is declared as %s', (_, mediaType, head) => {
    expect(() => sniff(bytes(head), mediaType)).toThrow(
      expect.objectContaining({ code: 'upload.type_mismatch' }),
    );
  });
});
