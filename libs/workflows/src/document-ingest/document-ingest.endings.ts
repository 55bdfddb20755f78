import type { EndIngestInput } from '@docket/activities/document-ingest/types';
import { endOfCode } from '@docket/domain/document/ingest-endings-rules';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** How a workflow ends that still has a word in it. */
type IngestEnding = Exclude<EndIngestInput['end'], { kind: 'terminated' }>;

/** Which end an error that left the story means. */
export function endingOf(error: unknown, cancelled: boolean): IngestEnding {
  if (cancelled) return { kind: 'cancelled' };
  const failure = error instanceof ActivityFailure ? error.cause : error;
  if (!(failure instanceof ApplicationFailure) || !failure.type) {
    // Not a failure of the work but of the code: the workflow task fails, and is retried with a mended build.
    throw error;
  }
  const { type: code, message } = failure;
  const kind = endOfCode(code);
  return kind === 'upload_expired' ? { kind } : { kind, code, message };
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
