import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { beginWorkflow, type WorkflowToBegin } from './begin-workflow.client.js';

/** Milliseconds that one cancellation may take in all; the calls take a few each. */
const DEADLINE_MS = 3_000;

/**
 * Asks a workflow to end. One that waits for its start is begun first: it then finds itself cancelled and ends its rows, and
 * whoever is just about to start it finds it started. Begun first also because what is open under its id may be the
 * execution before it, which is closing. One that has ended meanwhile is left as it is.
 *
 * @param toBegin what it waits for its start with; null when it was started
 * @throws Error of Temporal when it does not answer; nothing is changed then
 */
export async function cancelWorkflow(
  client: Client,
  workflowId: string,
  toBegin: WorkflowToBegin | null,
): Promise<void> {
  try {
    await client.withDeadline(Date.now() + DEADLINE_MS, async () => {
      if (toBegin) await beginWorkflow(client, toBegin);
      await client.workflow.getHandle(workflowId).cancel();
    });
  } catch (error) {
    // It ended in between: there is nothing left to cancel.
    if (error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError)
      return;
    throw error;
  }
}
