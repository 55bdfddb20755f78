/** The media types that can be ingested, and the parser that reads each. */
export const PARSER_BY_MEDIA_TYPE = {
  'text/markdown': 'markdown',
  'text/mdx': 'mdx',
  'text/plain': 'plain_text',
  'text/html': 'html',
  'text/x-rst': 'rst',
  'text/csv': 'csv',
  'application/json': 'json',
  'message/rfc822': 'eml',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
} as const;

export type SupportedMediaType = keyof typeof PARSER_BY_MEDIA_TYPE;
export type ParserKind = (typeof PARSER_BY_MEDIA_TYPE)[SupportedMediaType];

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Other names under which the supported types travel. */
const ALIASES: ReadonlyMap<string, SupportedMediaType> = new Map([
  ['text/x-markdown', 'text/markdown'],
  ['application/markdown', 'text/markdown'],
  ['text/x-mdx', 'text/mdx'],
  ['application/xhtml+xml', 'text/html'],
  ['text/prs.fallenstein.rst', 'text/x-rst'],
  ['text/rst', 'text/x-rst'],
  ['text/restructuredtext', 'text/x-rst'],
  ['application/csv', 'text/csv'],
  ['text/x-csv', 'text/csv'],
  ['text/tab-separated-values', 'text/csv'],
  ['text/json', 'application/json'],
  ['application/x-ndjson', 'application/json'],
  ['application/jsonl', 'application/json'],
  ['application/x-pdf', 'application/pdf'],
]);

/** The type by a file name's extension, for uploads whose type says nothing. */
const BY_EXTENSION: ReadonlyMap<string, SupportedMediaType> = new Map([
  ['md', 'text/markdown'],
  ['markdown', 'text/markdown'],
  ['mdx', 'text/mdx'],
  ['txt', 'text/plain'],
  ['text', 'text/plain'],
  ['log', 'text/plain'],
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['xhtml', 'text/html'],
  ['rst', 'text/x-rst'],
  ['rest', 'text/x-rst'],
  ['csv', 'text/csv'],
  ['tsv', 'text/csv'],
  ['json', 'application/json'],
  ['jsonl', 'application/json'],
  ['ndjson', 'application/json'],
  ['eml', 'message/rfc822'],
  ['pdf', 'application/pdf'],
  ['docx', DOCX],
]);

/** Types that say nothing; the last is what Windows says of CSV files. */
const SAYS_NOTHING = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/vnd.ms-excel',
]);

export function isSupportedMediaType(value: string): value is SupportedMediaType {
  return Object.hasOwn(PARSER_BY_MEDIA_TYPE, value);
}

/**
 * The type that a declaration means: lower case, without parameters, by its usual name, and where it says nothing by the
 * file name's extension. What is not supported is given back as declared.
 */
export function resolveMediaType(declared: {
  readonly mediaType: string;
  readonly fileName: string;
}): string {
  const essence = (declared.mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (!SAYS_NOTHING.has(essence)) return ALIASES.get(essence) ?? essence;
  const extension = /\.([^./\\]+)$/u.exec(declared.fileName)?.[1]?.toLowerCase() ?? '';
  return BY_EXTENSION.get(extension) ?? essence;
}
