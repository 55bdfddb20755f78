export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

export interface HostileFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /**
   * How it has to end: refused with a code, parsed as if nothing were, or either, as long as it ends. `by a limit` are those
   * that would go on far beyond the child's limits of time or memory, and are what these limits are there for.
   */
  readonly ends: 'refused' | 'parsed' | 'any' | 'by a limit';
}
