import type { UnstartedIngest } from '@docket/activities/sweep';
import { toTypeId } from '@docket/domain/ids/type-id';
import { DOCUMENT_INGEST, documentIngestStartOptions } from '@docket/workflows/document-ingest/contract';
import type { Client } from '@temporalio/client';

/** Starts an ingest as the API does; one that runs already is left as it is. */
export async function startIngest(client: Client, start: UnstartedIngest): Promise<void> {
  const publicIds = { org: toTypeId('org', start.orgId), document: toTypeId('document', start.documentId) };
  await client.workflow.start(DOCUMENT_INGEST, documentIngestStartOptions({ ...start, publicIds }));
}
