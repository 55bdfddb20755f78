export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

export interface HostileFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** How it has to end: refused with a code, parsed as if nothing were, or either, as long as it ends. */
  readonly ends: 'refused' | 'parsed' | 'any';
}
