/** What one document may cost. Every refusal names its limit. */
export interface DocumentLimits {
  fileBytes: number;
  textCharacters: number;
  chunks: number;
  inlineTextBytes: number;
  metadataKeys: number;
  metadataValueBytes: number;
}

/**
 * The version of everything that turns bytes into chunks and lexical weights. Raising it makes new content of the
 * same bytes, so that a better parser reaches documents that are uploaded again or rerun. What an earlier version made stays searchable.
 *
 * 2: text is analysed by the rules of its language; 1 had English alone.
 */
export const PIPELINE_VERSION = 2;
