/** What one document may cost. Every refusal names its limit. */
export interface DocumentLimits {
  fileBytes: number;
  textCharacters: number;
  chunks: number;
  inlineTextBytes: number;
  metadataKeys: number;
  metadataValueBytes: number;
}

/** The media types that can be ingested, and the parser that reads each. */
export const PARSER_BY_MEDIA_TYPE = {
  'text/markdown': 'markdown',
  'text/plain': 'plain_text',
  'text/html': 'html',
} as const;

export type SupportedMediaType = keyof typeof PARSER_BY_MEDIA_TYPE;
export type ParserKind = (typeof PARSER_BY_MEDIA_TYPE)[SupportedMediaType];

export function isSupportedMediaType(value: string): value is SupportedMediaType {
  return Object.hasOwn(PARSER_BY_MEDIA_TYPE, value);
}

/**
 * The version of everything that turns bytes into chunks and lexical weights. Raising it makes new content of the
 * same bytes, so that a better parser reaches documents that are uploaded again or rerun. What an earlier version made stays searchable.
 *
 * 2: text is analysed by the rules of its language; 1 had English alone.
 */
export const PIPELINE_VERSION = 2;
