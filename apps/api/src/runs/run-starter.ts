import type { RunStart } from '@docket/db/runs';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { Logger } from '@docket/platform/logging/logger';
import { beginWorkflow } from '@docket/platform/temporal/begin-workflow';
import { runBeginning } from '@docket/workflows/run/contract';
import { Inject, Injectable } from '@nestjs/common';
import { Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { LOGGER } from '../infrastructure/logger.token.js';

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
    const { kind, workflowId } = run;
    const runId = toTypeId('run', run.runId);
    try {
      await beginWorkflow(this.temporal, runBeginning(run));
      // The line by which a request is followed into its run, and back.
      this.logger.info({ runId, kind, workflowId }, 'run begun');
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      this.logger.warn(
        { error, runId, kind, workflowId },
        'run could not be started; the sweep will start it',
      );
    }
  }
}
