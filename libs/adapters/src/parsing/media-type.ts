import {
  isSupportedMediaType,
  PARSER_BY_MEDIA_TYPE,
  resolveMediaType,
  type ParserKind,
} from '@docket/domain/document/media-types';
import { DocketError } from '@docket/domain/errors';
import { foundSignature } from './file-signatures.js';
import type { DeclaredType } from './parse-job.js';
import { byteOrderMark } from './text-encoding.js';

/**
 * Bytes that are looked at; signatures stand at the front, and text that turns binary later is the decoder's
 * case.
 */
const SNIFFED_BYTES = 65_536;

/** A PDF may have something in front of it, and readers look this far. */
const PDF_HEADER_REACH = 1_024;

/**
 * The parser for a file, from its first bytes and what was declared. The bytes decide whether the declaration
 * can be true; among text kinds, which bytes cannot tell apart, the declaration decides, and where its media
 * type says nothing the file name.
 *
 * @throws DocketError `upload.type_mismatch` when text was declared and the bytes are another format's or no
 * text; `document.type_unsupported` when the declared type has no parser.
 */
export function sniffMediaType(bytes: Uint8Array, declared: DeclaredType): ParserKind {
  const mediaType = resolveMediaType(declared);
  if (!isSupportedMediaType(mediaType)) {
    const supported = Object.keys(PARSER_BY_MEDIA_TYPE).join(', ');
    const shown = mediaType === '' ? 'without a known type' : `of type ${mediaType.slice(0, 100)}`;
    throw new DocketError(
      'document.type_unsupported',
      `Files ${shown} are not read. Supported: ${supported}.`,
    );
  }
  const kind = PARSER_BY_MEDIA_TYPE[mediaType];
  const head = bytes.subarray(0, SNIFFED_BYTES);
  const contradiction = contradictionOf(kind, head);
  if (contradiction !== null) {
    throw new DocketError(
      'upload.type_mismatch',
      `The file was declared as ${mediaType} but ${contradiction}.`,
    );
  }
  return kind;
}

/** What the first bytes say against a kind of file, as the end of a sentence; null when nothing. */
function contradictionOf(kind: ParserKind, head: Uint8Array): string | null {
  const found = foundSignature(head);
  switch (kind) {
    case 'pdf':
      return holdsPdfHeader(head) ? null : `is ${found ?? 'no PDF'}`;
    case 'docx':
      // A DOCX with a password travels as an old Office document; its parser tells the two apart.
      return found !== null && /Office document/u.test(found) ? null : `is ${found ?? 'no Word document'}`;
    default: {
      const format = found ?? (holdsNul(head) ? 'binary data' : null);
      return format === null ? null : `is ${format}`;
    }
  }
}

function holdsPdfHeader(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(0, PDF_HEADER_REACH)).includes('%PDF-');
}

/** Text has no NUL, except in UTF-16, which has every second byte zero and is known by its mark alone. */
function holdsNul(head: Uint8Array): boolean {
  const mark = byteOrderMark(head);
  return mark !== 'utf-16le' && mark !== 'utf-16be' && head.includes(0);
}
