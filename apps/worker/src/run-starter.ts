import type { RunStart } from '@docket/db/runs';
import { beginWorkflow } from '@docket/platform/temporal/begin-workflow';
import { runBeginning } from '@docket/workflows/run/contract';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

/** Starts a run as the API does; one that runs, or has ended since the sweep looked, is left as it is. */
export async function startRun(client: Client, run: RunStart): Promise<void> {
  try {
    await beginWorkflow(client, runBeginning(run));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
