interface Signature {
  readonly format: string;
  /** Bytes as Latin-1 characters. */
  readonly bytes: string;
  readonly offset?: number;
}

/**
 * First bytes of formats that are mistaken for text, or sent as such. From the formats' own specifications;
 * the list is for a clear message, since whatever is not on it and binary holds NUL bytes or is refused by
 * the decoder.
 */
const SIGNATURES: readonly Signature[] = [
  { format: 'a PDF', bytes: '%PDF-' },
  { format: 'a ZIP archive or an Office document', bytes: 'PK\x03\x04' },
  { format: 'an empty ZIP archive', bytes: 'PK\x05\x06' },
  { format: 'an old Office document', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { format: 'a PNG image', bytes: '\x89PNG\r\n\x1a\n' },
  { format: 'a JPEG image', bytes: '\xff\xd8\xff' },
  { format: 'a GIF image', bytes: 'GIF87a' },
  { format: 'a GIF image', bytes: 'GIF89a' },
  { format: 'a WebP image', bytes: 'WEBP', offset: 8 },
  { format: 'a TIFF image', bytes: 'II*\x00' },
  { format: 'a TIFF image', bytes: 'MM\x00*' },
  { format: 'an ELF program', bytes: '\x7fELF' },
  { format: 'a Windows program', bytes: 'MZ\x90\x00' },
  { format: 'a Mach-O program', bytes: '\xcf\xfa\xed\xfe' },
  { format: 'a gzip archive', bytes: '\x1f\x8b\x08' },
  { format: 'a bzip2 archive', bytes: 'BZh' },
  { format: 'an xz archive', bytes: '\xfd7zXZ\x00' },
  { format: 'a Zstandard archive', bytes: '\x28\xb5\x2f\xfd' },
  { format: 'a 7-Zip archive', bytes: '7z\xbc\xaf\x27\x1c' },
  { format: 'a RAR archive', bytes: 'Rar!\x1a\x07' },
  { format: 'an MP4 or QuickTime video', bytes: 'ftyp', offset: 4 },
  { format: 'an MP3 sound', bytes: 'ID3\x03' },
  { format: 'an Ogg file', bytes: 'OggS\x00' },
  { format: 'a SQLite database', bytes: 'SQLite format 3\x00' },
  { format: 'RTF', bytes: '{\\rtf1' },
];

/**
 * Signatures that are plain letters and could begin a text too: they count only with bytes that text does not
 * have.
 */
const LETTERS_ONLY = /^[\x20-\x7e]+$/u;
const CERTAIN_BY_LETTERS = new Set(['%PDF-', '{\\rtf1', 'GIF87a', 'GIF89a']);

/**
 * The format whose signature the bytes begin with, with its article for a message; null when none is known.
 */
export function foundSignature(head: Uint8Array): string | null {
  const front = String.fromCharCode(...head.subarray(0, 32));
  const found = SIGNATURES.find(({ bytes, offset = 0 }) => front.startsWith(bytes, offset));
  if (found === undefined) return null;
  const isWordToo = LETTERS_ONLY.test(found.bytes) && !CERTAIN_BY_LETTERS.has(found.bytes);
  return isWordToo && !head.some((byte) => byte === 0 || byte >= 0x80) ? null : found.format;
}
