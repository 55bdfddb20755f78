import type { ExecutionRemover } from '@docket/activities/document-erasure';
import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';

/** Status codes of gRPC that mean something here. */
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

/** Ends and removes executions through Temporal's own API. What is gone already, or cannot be done, is an answer. */
export function createExecutionRemover(client: Client): ExecutionRemover {
  const { namespace } = client.options;
  const handle = (workflowId: string) => client.workflow.getHandle(workflowId);
  return {
    async terminate(workflowId, reason) {
      await unless(NOT_FOUND, null, () => handle(workflowId).terminate(reason));
    },
    async list(workflowId) {
      // The newest is known at once; older ones are known from the visibility store, which lags a moment behind.
      const newest = await unless(NOT_FOUND, [], async () => [(await handle(workflowId).describe()).runId]);
      const query = `WorkflowId = '${workflowId}'`;
      const listed = await unless(UNIMPLEMENTED, [], async () => {
        const runIds: string[] = [];
        for await (const { runId } of client.workflow.list({ query })) runIds.push(runId);
        return runIds;
      });
      return [...new Set([...newest, ...listed])];
    },
    async delete(workflowId, runId) {
      const workflowExecution = { workflowId, runId };
      return unless(UNIMPLEMENTED, false, async () => {
        await unless(NOT_FOUND, null, () =>
          client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
        );
        return true;
      });
    },
  };
}

/** What a call answers, or the given answer when Temporal refuses it with this status. */
async function unless<T, O>(status: number, otherwise: O, call: () => Promise<T>): Promise<T | O> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof WorkflowNotFoundError ? NOT_FOUND : isGrpcServiceError(error) && error.code;
    if (code === status) return otherwise;
    throw error;
  }
}
