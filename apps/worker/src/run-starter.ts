import type { RunStart } from '@docket/db/runs';
import { runSignal, runStartOptions } from '@docket/workflows/run/contract';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

/** Starts a run as the API does; one that runs, or has ended since the sweep looked, is left as it is. */
export async function startRun(client: Client, run: RunStart): Promise<void> {
  try {
    const signal = runSignal(run);
    const options = runStartOptions(run);
    if (signal) {
      // Runs that share a workflow are told to the one that is open, or begin it.
      const { workflowIdConflictPolicy: _, ...shared } = options;
      const start = { ...shared, ...signal, workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const };
      await client.workflow.signalWithStart(run.kind, start);
    } else {
      await client.workflow.start(run.kind, options);
    }
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
