import { DocketError } from '@docket/domain/errors';

/**
 * Everything below U+0020 but tab and line feed, delete, the C1 controls, and the non-characters of a BOM.
 */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/gu;

/**
 * Characters that nobody sees and that make text other than what it looks like: overrides, embeddings and isolates of
 * direction, zero-width spaces and joins of words, soft hyphens, annotation marks, and the tags that repeat ASCII unseen.
 * The joiners of Persian, Indic scripts and emoji stay, and so do marks of direction.
 */
const UNSEEN =
  /[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Bytes of a page in which its encoding may be declared, by the HTML standard. */
const CHARSET_REACH = 1_024;

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
  return textOf(decode(bytes));
}

function textOf(decoded: string): string {
  const text = withoutControls(decoded.replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n'));
  if (text.trim() === '') {
    throw new DocketError('document.empty', 'The file holds no text. Upload a file with text in it.');
  }
  return text;
}

/**
 * The text of an HTML file, which may name its encoding within itself. What is valid UTF-8 is taken for it whatever the
 * page says: pages of one encoding that claim another are common, and the other way round is not possible by chance.
 *
 * @throws DocketError as `decodeText`
 */
export function decodeHtml(bytes: Uint8Array): string {
  const label = declaredCharset(bytes);
  if (label === null || byteOrderMark(bytes) !== null) return decodeText(bytes);
  if (label !== 'iso-2022-jp' && isUtf8(bytes)) return decodeText(bytes);
  return textOf(new TextDecoder(label).decode(bytes));
}

/** The encoding that a page declares in its first kilobyte, where browsers look for it; null for UTF-8 and unknown ones. */
function declaredCharset(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, CHARSET_REACH));
  const declared = /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:-]{1,40})/iu.exec(
    head,
  )?.[1];
  try {
    const label = declared === undefined ? 'utf-8' : new TextDecoder(declared).encoding;
    return label.startsWith('utf-') ? null : label;
  } catch {
    return null;
  }
}

/** The text without control and unseen characters; parsers use it again, since entities can bring them back. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '').replace(UNSEEN, '');
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
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
