import { TenantDatabase } from '@docket/db/tenant-database';
import type { RunTable } from '@docket/db/tables/run';
import { DocketError } from '@docket/domain/errors';
import { beginWorkflow } from '@docket/platform/temporal/begin-workflow';
import { runBeginning } from '@docket/workflows/run/contract';
import { Injectable } from '@nestjs/common';
import { Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';

/** Milliseconds a request waits for Temporal: a cancellation takes a few. */
const TEMPORAL_DEADLINE_MS = 3_000;

/** Asks workflows to end. What that means for the rows is the workflow's own affair: they have one owner. */
@Injectable()
export class RunCanceller {
  constructor(
    private readonly temporal: Client,
    private readonly tenants: TenantDatabase,
  ) {}

  /**
   * Cancels an open run. One that is not started yet is started first: the workflow then finds itself cancelled and ends
   * its rows, and whoever is just about to start it finds it started.
   *
   * @throws DocketError `service.unavailable` when Temporal does not answer; nothing is changed then
   */
  async cancel(orgId: string, run: RunTable): Promise<void> {
    try {
      await this.temporal.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, async () => {
        // Begun first: what is open under its id may be the execution before it, which is closing.
        const start = await this.tenants.withTenant(orgId, (tx) => tx.runs.findStart(run.id));
        if (start) await beginWorkflow(this.temporal, runBeginning(start));
        await this.request(run);
      });
    } catch (error) {
      // It ended in between: there is nothing left to cancel.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      throw new DocketError('service.unavailable', 'Temporal does not answer. Try again shortly.', {
        retryAfterSeconds: 5,
        cause: error,
      });
    }
  }

  private async request(run: RunTable): Promise<void> {
    try {
      await this.temporal.workflow.getHandle(run.workflowId).cancel();
    } catch (error) {
      // It ended in between: there is nothing left to cancel.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}
