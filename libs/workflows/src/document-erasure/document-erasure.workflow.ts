import type { DocumentErasureActivities, ErasureSubject } from '@docket/activities/document-erasure/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import {
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  setWorkflowOptions,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';
import type { DocumentErasureInput, DocumentErasureResult } from './document-erasure.contract.js';

/** Attempts have no limit: an erasure waits for whatever is away, and is never given up half done. */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

const { supersedeDocumentRuns, completeErasure } = proxyLocalActivities<DocumentErasureActivities>({
  startToCloseTimeout: '5s',
  // A longer backoff would keep the workflow task open and its slot held.
  localRetryThreshold: '1s',
  retry: RETRY,
});

const { eraseDocumentRows } = proxyActivities<DocumentErasureActivities>({
  taskQueue: QUEUES.main,
  // A content of 5,000 passages takes a second or two, and a document may have a hundred.
  startToCloseTimeout: '10m',
  // A killed worker is noticed within this time; the activity beats with every content.
  heartbeatTimeout: '30s',
  retry: RETRY,
});

const { eraseDocumentObjects, endDocumentExecutions, deleteDocumentExecutions } =
  proxyActivities<DocumentErasureActivities>({
    taskQueue: QUEUES.main,
    // Three objects or one execution per version, each one call of some milliseconds.
    startToCloseTimeout: '10m',
    // The storage gives a call up after 30 s, and says so; a worker that says nothing for longer is dead.
    heartbeatTimeout: '45s',
    retry: RETRY,
  });

// It waits for as long as the storage is away, which may be longer than its build has workers.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, documentErasure);
/**
 * Erases a document that its row says is deleted: what is under way, then its rows, then its objects and its closed
 * executions, and writes the receipt. In this order a crash between any two lines leaves nothing behind that is not
 * known and nothing that is searchable; every step may be repeated. It cannot be cancelled: the document is gone for its
 * readers already, and half of it may not stay.
 */
export async function documentErasure(input: DocumentErasureInput): Promise<DocumentErasureResult> {
  const { orgId, documentId, runId } = input;
  const subject: ErasureSubject = { orgId, documentId, runId };
  const named = (step: string): { summary: string } => ({ summary: `${input.subject}: ${step}` });
  return CancellationScope.nonCancellable(async () => {
    await supersedeDocumentRuns.executeWithOptions(named('supersede'), [subject]);
    await endDocumentExecutions.executeWithOptions(named('end executions'), [subject]);
    await eraseDocumentRows.executeWithOptions(named('erase rows'), [subject]);
    // Neither needs the other, and either may have to wait.
    await Promise.all([
      eraseDocumentObjects.executeWithOptions(named('erase objects'), [subject]),
      deleteDocumentExecutions.executeWithOptions(named('delete executions'), [subject]),
    ]);
    const receipt = await completeErasure.executeWithOptions(named('receipt'), [subject]);
    upsertSearchAttributes([{ key: searchAttributes.state, value: 'deleted' }]);
    return { schemaVersion: 1, ...receipt };
  });
}
