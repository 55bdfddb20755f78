import type { RunStart } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import { beginWorkflow } from '@docket/platform/temporal/begin-workflow';
import { runBeginning } from '@docket/workflows/run/contract';
import { Injectable } from '@nestjs/common';
import { Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { temporalAway } from './temporal-away.js';

/** Milliseconds a request waits for Temporal: a signal takes a few. */
const TEMPORAL_DEADLINE_MS = 3_000;

/** Tells open runs what is asked of them. */
@Injectable()
export class RunSignaller {
  constructor(
    private readonly temporal: Client,
    private readonly tenants: TenantDatabase,
  ) {}

  /**
   * Sends a signal to the workflow of a run; one that waits for its start is begun first. False when it has ended.
   *
   * @throws DocketError `service.unavailable` when Temporal does not answer
   */
  async signal(
    orgId: string,
    run: { runId: string; workflowId: string },
    name: string,
    message: object,
  ): Promise<boolean> {
    const start = await this.tenants.withTenant(orgId, (tx) => tx.runs.findStart(run.runId));
    try {
      await this.temporal.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, async () => {
        await this.begin(start);
        await this.temporal.workflow.getHandle(run.workflowId).signal(name, message);
      });
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw temporalAway(error);
    }
  }

  private async begin(start: RunStart | null): Promise<void> {
    if (!start) return;
    try {
      await beginWorkflow(this.temporal, runBeginning(start));
    } catch (error) {
      // Whether it still runs is what the signal finds out.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
