import type { Client, WorkflowSignalWithStartOptions, WorkflowStartOptions } from '@temporalio/client';

/** Milliseconds that one beginning may take in all; the calls take a few each. */
const DEADLINE_MS = 3_000;

/** A workflow to begin, as `@docket/workflows/run/contract` describes it. */
export interface WorkflowToBegin {
  kind: string;
  /** How often it has been begun under its id, this time included; `options.memo.attempt` says the same. */
  attempts: number;
  options: WorkflowStartOptions & { args: [object] };
  /** For a workflow that several runs share: told to the one that is open, or begins it. */
  signal: { signal: string; signalArgs: [object] } | null;
}

/**
 * Makes sure that a workflow is under way: begun by this call, or by another before it. A run that is taken up again may
 * meet its last execution, which has written that it is over and is only just about to close; that is waited for, since
 * nothing would be left of a start that ran into it.
 *
 * @throws WorkflowExecutionAlreadyStartedError when a first start comes after the end
 * @throws Error of Temporal when it cannot be reached, or that last execution does not close in time
 */
export async function beginWorkflow(client: Client, toBegin: WorkflowToBegin): Promise<void> {
  await client.withDeadline(Date.now() + DEADLINE_MS, () => begin(client, toBegin));
}

async function begin(client: Client, { kind, attempts, options, signal }: WorkflowToBegin): Promise<void> {
  if (signal) {
    const { workflowIdConflictPolicy: _, ...shared } = options;
    const reusing = { ...shared, ...signal, workflowIdReusePolicy: 'ALLOW_DUPLICATE' };
    await client.workflow.signalWithStart(kind, reusing as WorkflowSignalWithStartOptions<[object]>);
    return;
  }
  for (;;) {
    const { firstExecutionRunId } = await client.workflow.start(kind, options);
    if (attempts === 1) return;
    const handle = client.workflow.getHandle(options.workflowId, firstExecutionRunId, { followRuns: false });
    const { memo } = await handle.describe();
    if (Number(memo?.['attempt'] ?? 1) >= attempts) return;
    // However it ends, it has closed then. The deadline of the call bounds the wait.
    await handle.result().catch(rethrowUnlessClosed);
  }
}

function rethrowUnlessClosed(error: unknown): void {
  if (!(error instanceof Error && error.name === 'WorkflowFailedError')) throw error;
}
