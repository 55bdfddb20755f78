import type { RunStart } from '@docket/db/runs';
import { traceIdOf } from '@docket/domain/trace/rules';
import { withLogContext } from '@docket/platform/logging/log-context';
import { beginWorkflow } from '@docket/platform/temporal/begin-workflow';
import { continueTrace } from '@docket/platform/tracing/spans';
import { runBeginning } from '@docket/workflows/run/contract';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';

/**
 * Starts a run as the API does, on behalf of the request that began it; one that runs, or has ended since the sweep looked, is
 * left as it is.
 */
export async function startRun(client: Client, run: RunStart): Promise<void> {
  const { requestId, traceparent } = run;
  const ids = traceparent === null ? {} : { traceparent, traceId: traceIdOf(traceparent) ?? '' };
  try {
    await withLogContext({ requestId, ...ids }, () =>
      continueTrace(traceparent, () => beginWorkflow(client, runBeginning(run))),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
