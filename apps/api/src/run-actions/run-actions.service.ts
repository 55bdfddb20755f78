import { TenantDatabase } from '@docket/db/tenant-database';
import type { RunTable } from '@docket/db/tables/run';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import type { Answer } from '../idempotency/idempotent-answers.js';
import { RunCanceller } from '../runs/run-canceller.js';
import { ActionsByKind } from './kinds/actions-by-kind.js';
import type { StartedRunDto } from './run-action.dto.js';

/** An action that was taken, and how to look at what it is about. */
export interface ActedRun {
  accepted: StartedRunDto;
  location: string;
  subject: () => Promise<object>;
}

/** What people do with runs, whatever their kind. */
@Injectable()
export class RunActionsService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly canceller: RunCanceller,
    private readonly kinds: ActionsByKind,
  ) {}

  async retry(orgId: string, runId: string): Promise<ActedRun> {
    const run = await this.find(orgId, runId);
    const kind = this.kinds.of(run.kind);
    if (!kind)
      throw new DocketError('run.not_retryable', `Runs of the kind ${run.kind} are not retried by hand.`);
    return this.acted(run, await kind.retry(run, (state) => this.answerTo(run, state)));
  }

  async rerun(orgId: string, runId: string, fromStep: string): Promise<ActedRun> {
    const run = await this.find(orgId, runId);
    const kind = this.kinds.of(run.kind);
    if (!kind)
      throw new DocketError('run.not_rerunnable', `Runs of the kind ${run.kind} are not made again.`);
    return this.acted(run, await kind.rerun(run, fromStep, (state) => this.answerTo(run, state)));
  }

  /**
   * Asks the run to end. It does so by itself, and its rows say when it has; a run that was cancelled before is left
   * alone.
   *
   * @throws DocketError `run.not_cancellable` when it has ended otherwise, `service.unavailable` without Temporal
   */
  async cancel(orgId: string, runId: string): Promise<ActedRun> {
    const run = await this.find(orgId, runId);
    const refusal = this.kinds.of(run.kind)?.notCancellable;
    if (refusal !== undefined) throw new DocketError('run.not_cancellable', refusal);
    if (!runHasEnded(run.state)) await this.cancelOpen(run);
    else if (run.state !== 'cancelled') {
      throw new DocketError(
        'run.not_cancellable',
        `The run has ended as ${run.state}: there is nothing left to cancel.`,
      );
    }
    const { state } = await this.find(orgId, runId);
    return this.acted(run, state);
  }

  /** Told before it is asked for, since Temporal is in no transaction: that somebody wanted it is never lost. */
  private async cancelOpen(run: RunTable): Promise<void> {
    await this.tenants.withTenant(run.orgId, async (tx) => {
      tx.audit.append({
        action: 'run.cancel',
        subject: toTypeId('run', run.id),
        before: { state: run.state },
      });
    });
    await this.canceller.cancel(run.orgId, run);
  }

  private acted(run: RunTable, state: RunState): ActedRun {
    const kind = this.kinds.of(run.kind);
    return {
      accepted: acceptedOf(run, state),
      location: this.locationOf(run),
      subject: async () => (await kind?.subject(run)) ?? {},
    };
  }

  private answerTo(run: RunTable, state: RunState): Answer {
    return { status: 202, location: this.locationOf(run), body: acceptedOf(run, state) };
  }

  private locationOf(run: RunTable): string {
    return this.kinds.of(run.kind)?.location(run) ?? `/v1/runs/${toTypeId('run', run.id)}`;
  }

  private async find(orgId: string, runId: string): Promise<RunTable> {
    const run = await this.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
    if (!run) throw notFound('run');
    return run;
  }
}

function acceptedOf(run: RunTable, state: RunState): StartedRunDto {
  return {
    runId: toTypeId('run', run.id),
    subject: toTypeId(run.subjectKind, run.subjectId),
    state,
  };
}
