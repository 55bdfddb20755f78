/** How an ingest ends that fails with a code. */
export type CodedEnd = 'upload_expired' | 'rejected' | 'index_error';

/**
 * Which end an error code means. A code of the file or of its upload is final for the version, whoever asks again;
 * everything else that was given up on can be retried by hand.
 */
export function endOfCode(code: string): CodedEnd {
  if (code === 'upload.expired') return 'upload_expired';
  return code.startsWith('document.') || code.startsWith('upload.') ? 'rejected' : 'index_error';
}

/** Whether a rejection is the fault of the bytes themselves, so that every upload of them ends the same way. */
export function isFaultOfContent(code: string): boolean {
  return code.startsWith('document.') && code !== 'document.deleted';
}
