import { Context } from '@temporalio/activity';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { IngestSubject } from './document-ingest.types.js';

/**
 * Leaves a line in the readable history that an attempt failed and will be made again. The failed attempt's error is
 * what counts: when even this line cannot be written, it is left out.
 */
export async function noteRetry(
  on: DocumentIngestDependencies,
  subject: IngestSubject,
  step: string,
  error: unknown,
): Promise<void> {
  const { attempt } = Context.current().info;
  const reason = error instanceof Error ? error.name : 'unknown';
  try {
    await on.tenants.withTenant(subject.orgId, (tx) =>
      tx.runs.addEvents(subject.runId, [
        {
          at: on.now(),
          step,
          what: `Attempt ${attempt} failed and will be repeated`,
          outcome: 'retrying',
          attempt,
          detail: { reason },
        },
      ]),
    );
  } catch {
    // The database is away: it is the likely reason of the failure itself, and that one is thrown on.
  }
}

/** A count of passages as people write it. */
export function passages(count: number): string {
  return count === 1 ? '1 passage' : `${count} passages`;
}
