import type { RunStart } from '@docket/db/runs';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { Logger } from '@docket/platform/logging/logger';
import { runSignal, runStartOptions } from '@docket/workflows/run/contract';
import { Inject, Injectable } from '@nestjs/common';
import { Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { LOGGER } from '../infrastructure/logger.token.js';

/** Milliseconds a request waits for Temporal; a start takes a few, and the sweep makes good what did not come through. */
const TEMPORAL_DEADLINE_MS = 3_000;

/** Starts runs of every kind. "Already started" is an ordinary answer. */
@Injectable()
export class RunStarter {
  constructor(
    private readonly temporal: Client,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Starts the run of a row that is committed. When Temporal cannot be reached the work is accepted all the same: the
   * sweep starts what is left, as it does after a crash at this very line.
   */
  async start(run: RunStart): Promise<void> {
    try {
      await this.temporal.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, () =>
        startOrSignal(this.temporal, run),
      );
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      this.logger.warn(
        { error, runId: toTypeId('run', run.runId) },
        'run could not be started; the sweep will start it',
      );
    }
  }
}

/** Runs that share a workflow are told to the one that is open, or begin it. */
export async function startOrSignal(temporal: Client, run: RunStart): Promise<unknown> {
  const signal = runSignal(run);
  const options = runStartOptions(run);
  if (!signal) return temporal.workflow.start(run.kind, options);
  const { workflowIdConflictPolicy: _, ...shared } = options;
  return temporal.workflow.signalWithStart(run.kind, {
    ...shared,
    ...signal,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}
