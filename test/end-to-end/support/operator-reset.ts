import { until } from '../../support/until.ts';
import type { EndToEnd } from './environment.ts';
import { runOf, type FullRun } from './runs.ts';

/**
 * Resets a run to its first task, by the call that the Temporal Web UI makes for an operator, and answers with the execution
 * that this ended.
 */
export async function resetToTheStart(on: EndToEnd, runId: string | null): Promise<string> {
  const { id, workflowId } = await runOf(on, runId);
  const handle = on.temporal.workflow.getHandle(workflowId);
  const { runId: before } = await handle.describe();
  let firstTask: Awaited<ReturnType<typeof firstTaskOf>>;
  await until('its first task is done', async () => (firstTask = await firstTaskOf(handle)) !== undefined);
  await on.temporal.workflowService.resetWorkflowExecution({
    namespace: on.server.namespace,
    workflowExecution: { workflowId, runId: before },
    reason: 'by an operator',
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    requestId: `reset-of-${id}`,
  });
  return before;
}

async function firstTaskOf(handle: ReturnType<EndToEnd['temporal']['workflow']['getHandle']>) {
  const { events } = await handle.fetchHistory();
  return events?.find((event) => event.workflowTaskCompletedEventAttributes);
}

/** Whether that execution is known, and known to be over. */
export function isOver(executions: FullRun['executions'], temporalRunId: string): boolean {
  return executions.some((one) => one.temporalRunId === temporalRunId && one.endedAt !== null);
}
