import { DocketError } from '@docket/domain/errors';

/**
 * Everything below U+0020 but tab and line feed, delete, the C1 controls, and the non-characters of a BOM.
 */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/gu;

/** Share of controls and of code points that Windows-1252 leaves undefined above which bytes are no text. */
const MOST_CONTROLS = 0.005;

/**
 * The text of a file of unknown encoding, with `\n` line ends and without control characters.
 *
 * A byte order mark decides (UTF-8, UTF-16 in either order). Without one, bytes that are valid UTF-8 are
 * UTF-8; other bytes are read as Windows-1252, the superset of Latin-1 that the WHATWG encoding standard
 * falls back to as well, unless they hold more controls than any text does.
 *
 * @throws DocketError `document.unreadable` when the bytes are text in no supported encoding,
 * `document.empty` when nothing but white space is left.
 */
export function decodeText(bytes: Uint8Array): string {
  const text = withoutControls(decode(bytes).replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n'));
  if (text.trim() === '') {
    throw new DocketError('document.empty', 'The file holds no text. Upload a file with text in it.');
  }
  return text;
}

/** The text without control characters; parsers use it again, since entities can bring controls back. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '');
}

/** The byte order mark that a file begins with, as the label of its encoding. */
export function byteOrderMark(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return null;
}

function decode(bytes: Uint8Array): string {
  const mark = byteOrderMark(bytes);
  // Damaged sequences behind a mark become U+FFFD: the file has said what it is.
  if (mark !== null) return new TextDecoder(mark).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    return decodeWindows1252(bytes, cause);
  }
}

function decodeWindows1252(bytes: Uint8Array, cause: unknown): string {
  let controls = 0;
  for (const byte of bytes) if (isUndefinedIn1252(byte)) controls += 1;
  if (controls > bytes.length * MOST_CONTROLS) {
    throw new DocketError(
      'document.unreadable',
      'The file is not text in UTF-8, UTF-16 or Windows-1252. Save it as UTF-8 and upload it again.',
      { cause },
    );
  }
  return new TextDecoder('windows-1252').decode(bytes);
}

function isUndefinedIn1252(byte: number): boolean {
  if (byte < 0x20) return byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d;
  return byte === 0x7f || byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d;
}
