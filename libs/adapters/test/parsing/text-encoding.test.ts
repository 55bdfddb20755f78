import { describe, expect, it } from '@jest/globals';
import { decodeText } from '../../src/parsing/text-encoding.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  view.setUint16(0, 0xfeff, littleEndian);
  for (let index = 0; index < text.length; index += 1)
    view.setUint16(2 * index + 2, text.charCodeAt(index), littleEndian);
  return new Uint8Array(view.buffer);
}

describe('decodeText', () => {
  it('reads UTF-8 with and without a mark, and UTF-16 by its mark', () => {
    const text = 'Zürich 東京 👋';
    expect(decodeText(utf8(text))).toBe(text);
    expect(decodeText(utf8(`\ufeff${text}`))).toBe(text);
    expect(decodeText(utf16(text, true))).toBe(text);
    expect(decodeText(utf16(text, false))).toBe(text);
  });

  it('reads other bytes as Windows-1252', () => {
    expect(decodeText(bytes(0x93, 0x5a, 0xfc, 0x72, 0x69, 0x63, 0x68, 0x94, 0x20, 0x80))).toBe('“Zürich” €');
  });

  it('refuses bytes that are text in no encoding', () => {
    const noise = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 251);
    expect(() => decodeText(noise)).toThrow(expect.objectContaining({ code: 'document.unreadable' }));
  });

  it('makes every line end a line feed and takes controls out', () => {
    expect(decodeText(utf8('a\r\nb\rc\u2028d\u0085e'))).toBe('a\nb\nc\nd\ne');
    expect(decodeText(utf8('a\u0000b\u0007c\u001bd\u007f\te'))).toBe('abcd\te');
  });

  it.each([
    ['nothing', ''],
    ['a mark', '\ufeff'],
    ['white space', ' \r\n\t\u00a0 '],
    ['controls', '\u0000\u0001'],
  ])('finds a file of %s empty', (_, text) => {
    expect(() => decodeText(utf8(text))).toThrow(expect.objectContaining({ code: 'document.empty' }));
  });

  it('never leaves half a character', () => {
    expect(decodeText(utf16('a\ud83d', true)).isWellFormed()).toBe(true);
  });
});
