import { TenantDatabase } from '@docket/db/tenant-database';
import type { RunTable } from '@docket/db/tables/run';
import { cancelWorkflow } from '@docket/platform/temporal/cancel-workflow';
import { runBeginning } from '@docket/workflows/run/contract';
import { Injectable } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { temporalAway } from './temporal-away.js';

/** Asks workflows to end. What that means for the rows is the workflow's own affair: they have one owner. */
@Injectable()
export class RunCanceller {
  constructor(
    private readonly temporal: Client,
    private readonly tenants: TenantDatabase,
  ) {}

  /**
   * Cancels an open run, whether it was started yet or not.
   *
   * @throws DocketError `service.unavailable` when Temporal does not answer; nothing is changed then
   */
  async cancel(orgId: string, run: RunTable): Promise<void> {
    const start = await this.tenants.withTenant(orgId, (tx) => tx.runs.findStart(run.id));
    try {
      await cancelWorkflow(this.temporal, run.workflowId, start && runBeginning(start));
    } catch (error) {
      throw temporalAway(error);
    }
  }
}
