import type { ParserKind } from '@docket/domain/document/media-types';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { decodeHtml, decodeText } from './text-encoding.js';

/** Every parser takes the file's bytes, so that formats that are no text fit in the same table. */
export type Parser = (bytes: Uint8Array) => ParsedDocument | Promise<ParsedDocument>;

/**
 * The parser of each kind. Each is loaded when the first file of its kind comes: a child that reads Markdown all day
 * never holds the PDF engine, which alone takes 60 MB.
 */
const LOADERS: Readonly<Record<ParserKind, () => Promise<Parser>>> = {
  markdown: async () => {
    const { parseMarkdown } = await import('./markdown-parser.js');
    return (bytes) => parseMarkdown(decodeText(bytes));
  },
  plain_text: async () => {
    const { parsePlainText } = await import('./plain-text-parser.js');
    return (bytes) => parsePlainText(decodeText(bytes));
  },
  html: async () => {
    const { parseHtml } = await import('./html-parser.js');
    return (bytes) => parseHtml(decodeHtml(bytes));
  },
  mdx: async () => {
    const { parseMdx } = await import('./mdx-parser.js');
    return (bytes) => parseMdx(decodeText(bytes));
  },
  rst: async () => {
    const { parseRst } = await import('./rst-parser.js');
    return (bytes) => parseRst(decodeText(bytes));
  },
  csv: async () => {
    const { parseCsv } = await import('./csv-parser.js');
    return (bytes) => parseCsv(decodeText(bytes));
  },
  json: async () => {
    const { parseJson } = await import('./json-parser.js');
    return (bytes) => parseJson(decodeText(bytes));
  },
  eml: async () => (await import('./eml-parser.js')).parseEml,
  pdf: async () => (await import('./pdf-parser.js')).parsePdf,
  docx: async () => (await import('./docx-parser.js')).parseDocx,
};

export function isParserKind(value: string): value is ParserKind {
  return Object.hasOwn(LOADERS, value);
}

export function loadParser(kind: ParserKind): Promise<Parser> {
  return LOADERS[kind]();
}
