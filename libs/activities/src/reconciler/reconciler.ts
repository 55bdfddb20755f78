import type { RunTable } from '@docket/db/tables/run';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { RunStart } from '@docket/db/runs';
import { parseTypeId } from '@docket/domain/ids/type-id';
import type { ClosedExecution, CloseStatus, Execution, ExecutionEnd } from './closed-execution.js';
import { isForgotten } from './forgotten-run.js';

export type { ClosedExecution, CloseStatus, Execution } from './closed-execution.js';

/** Temporal, as far as the reconciler asks it. */
export interface Executions {
  /** Closed otherwise than by completing, after `since` and not after `until`; the latest first. */
  closedBetween(since: Date, until: Date | null): AsyncIterable<ClosedExecution>;
  /** The newest execution under an id; null when Temporal knows none. */
  latest(workflowId: string): Promise<Execution | null>;
  /** With which code and message an execution failed; null where it does not say. */
  failureOf(execution: Execution): Promise<{ code: string; message: string } | null>;
}

/** Writes what the end of an execution means for what a run is about, and ends the run, in one transaction. */
export type SettleRun = (tx: TenantTransaction, run: RunTable, end: ExecutionEnd) => Promise<void>;

export interface ReconcilerDependencies {
  system: SystemDatabase;
  tenants: TenantDatabase;
  executions: Executions;
  /** By kind of run; a kind without one has only its run ended. */
  settle: Readonly<Record<string, SettleRun>>;
  /** The same of one run alone, though others share its execution. */
  settleOne: Readonly<Record<string, SettleRun>>;
  startRun(run: RunStart): Promise<void>;
  /** Of this process, to tell it from others. */
  holder: string;
  /** Told of each run that was corrected, and of each that could not be. */
  onCorrected(status: CloseStatus | 'reset' | 'restarted' | 'forgotten'): void;
  onProblem(workflowId: string, error: unknown): void;
}

/** A worker that says nothing for so long lets another do it: a few ticks. */
const HOLD_SECONDS = 10;
/** Visibility is written after the close: what comes late by less than this is still seen. */
const OVERLAP_MS = 60_000;
/** Closed executions looked at in one tick, some milliseconds each; the next tick goes on behind them. */
const MOST_AT_ONCE = 500;
/** Open runs are looked at so often; a run that is at work costs one call then. */
const OVERDUE_AFTER_SECONDS = 900;
/** Of these at most so many in one tick. */
const MOST_OVERDUE = 20;
/** Executions that are remembered as dealt with: more than can fail within the overlap. */
const MOST_REMEMBERED = 20_000;

/**
 * Holds what Temporal says of closed executions against the rows, and corrects rows that lag behind. What operators do
 * in Temporal (terminate, reset), and what time-outs do, runs no workflow code, so nothing else would tell the rows.
 * Every correction is conditional on the row, so two reconcilers at once do no harm; a lease keeps it at one.
 */
export class Reconciler {
  private readonly dealtWith = new Set<string>();
  /** Where a tick stopped that had too much to look at: the next goes on before this time. */
  private before: Date | null = null;
  private newest: Date | null = null;

  constructor(private readonly on: ReconcilerDependencies) {}

  async tick(): Promise<void> {
    const position = await this.on.system.holdReconciliation(this.on.holder, HOLD_SECONDS);
    if (!position) return;
    await this.lookAtClosed(position);
    await this.lookAtOverdue();
  }

  private async lookAtClosed(position: Date): Promise<void> {
    const since = new Date(position.getTime() - OVERLAP_MS);
    let looked = 0;
    for await (const closed of this.on.executions.closedBetween(since, this.before)) {
      if (this.newest === null || closed.closedAt > this.newest) this.newest = closed.closedAt;
      await this.dealWith(closed);
      looked += 1;
      if (looked === MOST_AT_ONCE) {
        this.before = closed.closedAt;
        return;
      }
    }
    if (this.newest !== null && this.newest > position) {
      await this.on.system.advanceReconciliation(this.on.holder, this.newest);
    }
    [this.before, this.newest] = [null, null];
  }

  /** One that cannot be dealt with is tried again with the next ticks, and must not stop the others. */
  private async dealWith(closed: ClosedExecution): Promise<void> {
    if (this.dealtWith.has(closed.temporalRunId)) return;
    try {
      await this.correct(closed);
      this.remember(closed.temporalRunId);
    } catch (error) {
      this.on.onProblem(closed.workflowId, error);
    }
  }

  private remember(temporalRunId: string): void {
    if (this.dealtWith.size >= MOST_REMEMBERED) this.dealtWith.clear();
    this.dealtWith.add(temporalRunId);
  }

  private async correct(closed: ClosedExecution): Promise<void> {
    const orgId = closed.org === null ? null : parseTypeId('org', closed.org);
    if (orgId === null) return;
    const run = await this.on.tenants.withTenant(orgId, (tx) => tx.runs.findLagging(closed));
    if (!run) return;
    // The newest execution is what the rows should follow: after a reset it is another one, and at work.
    await this.follow(run, closed, (await this.on.executions.latest(closed.workflowId)) ?? closed);
  }

  /** Brings a run in line with the newest execution under its id. */
  private async follow(run: RunTable, seen: Execution, latest: Execution): Promise<void> {
    const end = await this.endOf(latest);
    const corrected = await this.on.tenants.withTenant(run.orgId, async (tx) => {
      await tx.runs.lock(run.id);
      // Meanwhile its own code may have ended it, or somebody taken it up again.
      if (!(await tx.runs.findLagging(seen))) return null;
      await tx.runs.noteExecution(run.id, latest.temporalRunId === seen.temporalRunId ? latest : seen);
      if (latest.temporalRunId !== seen.temporalRunId) await tx.runs.noteExecution(run.id, latest);
      if (!end) return latest.status === 'running' ? 'reset' : null;
      await (this.on.settle[run.kind] ?? settleRunAlone)(tx, run, end);
      return end.status;
    });
    if (corrected) this.on.onCorrected(corrected);
  }

  /** Null for an execution that is at work, or that wrote its end down itself. */
  private async endOf(execution: Execution): Promise<ExecutionEnd | null> {
    const { closedAt } = execution;
    switch (execution.status) {
      case 'running':
      case 'completed':
        return null;
      case 'terminated':
        return {
          status: 'terminated',
          code: 'run.terminated',
          message: 'The run was terminated in Temporal.',
          closedAt,
        };
      case 'cancelled':
        return { status: 'cancelled', code: 'run.cancelled', message: 'The run was cancelled.', closedAt };
      case 'timed_out':
        return {
          status: 'timed_out',
          code: 'run.timed_out',
          message: 'The run took longer than it may.',
          closedAt,
        };
      case 'failed': {
        const failure = await this.on.executions.failureOf(execution);
        const unknown = { code: 'run.failed', message: 'The run failed without saying why.' };
        return { status: 'failed', ...(failure ?? unknown), closedAt };
      }
    }
  }

  /** Open runs that nothing has been heard of for long: their execution may be gone altogether, or their start got lost. */
  private async lookAtOverdue(): Promise<void> {
    for (const { orgId, runId } of await this.on.system.overdueRuns(OVERDUE_AFTER_SECONDS, MOST_OVERDUE)) {
      const run = await this.on.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
      if (!run) continue;
      try {
        const latest = await this.on.executions.latest(run.workflowId);
        if (latest?.status === 'completed') await this.endForgotten(run, latest);
        else if (latest && latest.status !== 'running') await this.follow(run, latest, latest);
        if (!(await this.startQueued(run)) && !latest) await this.restart(run);
        await this.on.tenants.withTenant(orgId, (tx) => tx.runs.markSwept(runId));
      } catch (error) {
        this.on.onProblem(run.workflowId, error);
      }
    }
  }

  /**
   * Starts a run that still waits for it. A start that failed is not in the execution that is known: that is the one before
   * it, or one that works on something else. A start that was made is found, and nothing comes of this.
   */
  private async startQueued({ orgId, id }: RunTable): Promise<boolean> {
    const start = await this.on.tenants.withTenant(orgId, (tx) => tx.runs.findStart(id));
    if (start) await this.on.startRun(start);
    return start !== null;
  }

  /** Its own code should have ended it, and nothing else will. */
  private async endForgotten({ orgId, id }: RunTable, latest: Execution): Promise<void> {
    const isEnded = await this.on.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.lock(id);
      if (!run || !(await isForgotten(tx, run, latest, new Date()))) return false;
      const message = 'The run came to an end without saying how.';
      const end = { status: 'failed', code: 'run.failed', message, closedAt: latest.closedAt } as const;
      await this.on.settleOne[run.kind]?.(tx, run, end);
      await settleRunAlone(tx, run, end);
      return true;
    });
    if (isEnded) this.on.onCorrected('forgotten');
  }

  /** Somebody deleted its execution: a new one takes up what is stored, and ends what has expired. */
  private async restart(run: RunTable): Promise<void> {
    const start = await this.on.tenants.withTenant(run.orgId, (tx) => tx.runs.restart(run.id));
    if (!start) return;
    await this.on.startRun(start);
    this.on.onCorrected('restarted');
  }
}

const settleRunAlone: SettleRun = async (tx, run, { status, code, message }) => {
  const state = status === 'timed_out' ? 'failed' : status;
  await tx.runs.end(run.id, { state, error: { code, message } });
};
