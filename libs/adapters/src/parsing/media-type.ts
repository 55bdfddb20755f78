import { isSupportedMediaType, PARSER_BY_MEDIA_TYPE, type ParserKind } from '@docket/domain/document/limits';
import { DocketError } from '@docket/domain/errors';
import { foundSignature } from './file-signatures.js';
import type { DeclaredType } from './parse-job.js';
import { byteOrderMark } from './text-encoding.js';

/**
 * Bytes that are looked at; signatures stand at the front, and text that turns binary later is the decoder's
 * case.
 */
const SNIFFED_BYTES = 65_536;

/** Other names under which the supported types travel. */
const ALIASES = new Map([
  ['text/x-markdown', 'text/markdown'],
  ['application/markdown', 'text/markdown'],
  ['application/xhtml+xml', 'text/html'],
]);

/** The type by a file name's extension, for uploads whose type says nothing. */
const BY_EXTENSION = new Map([
  ['md', 'text/markdown'],
  ['markdown', 'text/markdown'],
  ['txt', 'text/plain'],
  ['text', 'text/plain'],
  ['log', 'text/plain'],
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['xhtml', 'text/html'],
]);

const SAYS_NOTHING = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

/**
 * The parser for a file, from its first bytes and what was declared. The bytes decide whether the declaration
 * can be true; among text kinds, which bytes cannot tell apart, the declaration decides, and where its media
 * type says nothing the file name.
 *
 * @throws DocketError `upload.type_mismatch` when text was declared and the bytes are another format's or no
 * text; `document.type_unsupported` when the declared type has no parser.
 */
export function sniffMediaType(bytes: Uint8Array, declared: DeclaredType): ParserKind {
  const mediaType = declaredMediaType(declared);
  if (!isSupportedMediaType(mediaType)) {
    const supported = Object.keys(PARSER_BY_MEDIA_TYPE).join(', ');
    const shown = mediaType === '' ? 'without a known type' : `of type ${mediaType.slice(0, 100)}`;
    throw new DocketError(
      'document.type_unsupported',
      `Files ${shown} are not read. Supported: ${supported}.`,
    );
  }
  const head = bytes.subarray(0, SNIFFED_BYTES);
  const format = foundSignature(head) ?? (holdsNul(head) ? 'binary data' : null);
  if (format !== null) {
    throw new DocketError('upload.type_mismatch', `The file was declared as ${mediaType} but is ${format}.`);
  }
  return PARSER_BY_MEDIA_TYPE[mediaType];
}

function declaredMediaType({ mediaType, fileName }: DeclaredType): string {
  const essence = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (!SAYS_NOTHING.has(essence)) return ALIASES.get(essence) ?? essence;
  const extension = /\.([^./\\]+)$/u.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return BY_EXTENSION.get(extension) ?? essence;
}

/** Text has no NUL, except in UTF-16, which has every second byte zero and is known by its mark alone. */
function holdsNul(head: Uint8Array): boolean {
  const mark = byteOrderMark(head);
  return mark !== 'utf-16le' && mark !== 'utf-16be' && head.includes(0);
}
