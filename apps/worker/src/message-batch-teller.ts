import {
  MESSAGE_BATCH_ANSWERED,
  type MessageBatchAnsweredSignal,
} from '@docket/workflows/ticket-enrichment/contract';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** Tells workflows of enrichments that their message batch brought something. One that is gone needs no telling. */
export function messageBatchTeller(
  client: Client,
): (workflowId: string, enrichmentId: string) => Promise<void> {
  return async (workflowId, enrichmentId) => {
    const message: MessageBatchAnsweredSignal = { schemaVersion: 1, enrichmentId };
    try {
      await client.workflow.getHandle(workflowId).signal(MESSAGE_BATCH_ANSWERED, message);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
}
