import type { EndIngestInput } from '@docket/activities/document-ingest/types';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** How a workflow ends that still has a word in it. */
type IngestEnding = Exclude<EndIngestInput['end'], { kind: 'terminated' }>;

/** Codes that are the fault of the file or of its upload: final for the version, whoever asks again. */
const REJECTING_SUBJECTS = ['document.', 'upload.'];

/**
 * Which end an error that left the story means. A code of the file or its upload rejects the version; everything else
 * that activities gave up on can be retried by hand.
 */
export function endingOf(error: unknown, cancelled: boolean): IngestEnding {
  if (cancelled) return { kind: 'cancelled' };
  const failure = error instanceof ActivityFailure ? error.cause : error;
  if (!(failure instanceof ApplicationFailure) || !failure.type) {
    // Not a failure of the work but of the code: the workflow task fails, and is retried with a mended build.
    throw error;
  }
  const { type: code, message } = failure;
  if (code === 'upload.expired') return { kind: 'upload_expired' };
  if (REJECTING_SUBJECTS.some((prefix) => code.startsWith(prefix)))
    return { kind: 'rejected', code, message };
  return { kind: 'index_error', code, message };
}

/** The error code an ending is filtered by, the same as its row holds. */
export function codeOf(ending: IngestEnding): string {
  switch (ending.kind) {
    case 'upload_expired':
      return 'upload.expired';
    case 'cancelled':
      return 'run.cancelled';
    case 'rejected':
    case 'index_error':
      return ending.code;
  }
}
