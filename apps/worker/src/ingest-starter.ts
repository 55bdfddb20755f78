import type { UnstartedIngest } from '@docket/activities/sweep';
import { toTypeId } from '@docket/domain/ids/type-id';
import { DOCUMENT_INGEST, documentIngestStartOptions } from '@docket/workflows/document-ingest/contract';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

/** Starts an ingest as the API does; one that runs, or has ended since the sweep looked, is left as it is. */
export async function startIngest(client: Client, start: UnstartedIngest): Promise<void> {
  const publicIds = { org: toTypeId('org', start.orgId), document: toTypeId('document', start.documentId) };
  try {
    await client.workflow.start(DOCUMENT_INGEST, documentIngestStartOptions({ ...start, publicIds }));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
