import { docxFiles } from './docx-files.ts';
import type { HostileFile } from './hostile-file.ts';
import { pdfFiles } from './pdf-files.ts';
import { textFiles } from './text-files.ts';

/** All hostile files, the same bytes every time but for the port of the listener that some of them name. */
export function hostileFiles(port: number): HostileFile[] {
  return [...textFiles(port), ...docxFiles(port), ...pdfFiles(port)];
}
