import type { Decision } from '@docket/domain/enrichment/approval';
import { DECIDE, type DecideResult, type DecideUpdate } from '@docket/workflows/enrichment-decision/contract';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** Milliseconds one call may take: with a worker there, which this is, it takes some tens. */
const DEADLINE_MS = 3_000;

/** Speaks to the workflows that wait for decisions. Answers false for one that is gone. */
export function decisionWorkflows(client: Client) {
  const reached = async (call: () => Promise<unknown>): Promise<boolean> => {
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, call);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return {
    tell: (workflowId: string, decision: Decision): Promise<boolean> =>
      reached(() => {
        const args: [DecideUpdate] = [{ schemaVersion: 1, decision }];
        return client.workflow
          .getHandle(workflowId)
          .executeUpdate<DecideResult, [DecideUpdate]>(DECIDE, { args });
      }),
    cancel: (workflowId: string): Promise<boolean> =>
      reached(() => client.workflow.getHandle(workflowId).cancel()),
  };
}
