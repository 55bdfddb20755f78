import { ParserStalled } from '@docket/adapters/parsing/parser-stalled';
import { StorageFault } from '@docket/adapters/storage';
import { DocketError } from '@docket/domain/errors';
import { PARSER_STALLS_MAX, type DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { IngestSubject } from './document-ingest.types.js';

/**
 * Counts a fault of the surroundings in the version's row, where it survives everything, if it is of a kind that must not
 * be retried for ever: a storage that fails, a parser that gets no time. A store that hangs spends nothing: it is waited
 * for, however long.
 *
 * @throws DocketError `storage.unavailable` or `parser.unavailable` when the tries are spent
 */
export async function countFault(
  on: DocumentIngestDependencies,
  subject: IngestSubject,
  fault: unknown,
): Promise<void> {
  if (fault instanceof StorageFault && fault.reason !== 'no_answer') {
    const failures = await on.tenants.withTenant(subject.orgId, (tx) =>
      tx.versions.countFault(subject.versionId, 'storage_failures'),
    );
    if (failures < on.limits.storageFailures) return;
    throw new DocketError(
      'storage.unavailable',
      `The object storage failed ${failures} times. Retry the document when the storage is well again.`,
      { cause: fault },
    );
  }
  if (fault instanceof ParserStalled) {
    const stalls = await on.tenants.withTenant(subject.orgId, (tx) =>
      tx.versions.countFault(subject.versionId, 'parser_stalls'),
    );
    if (stalls < PARSER_STALLS_MAX) return;
    throw new DocketError(
      'parser.unavailable',
      `The parser was not given the time to finish ${stalls} times. Retry the document when the workers have less to do.`,
      { cause: fault },
    );
  }
}
