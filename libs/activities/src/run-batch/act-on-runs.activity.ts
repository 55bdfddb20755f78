import type { Batch, BatchItemEnd } from '@docket/db/batches';
import type { TakeUp } from '@docket/db/take-up';
import type { RunTable } from '@docket/db/tables/run';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded } from '@docket/domain/run/state-rules';
import { Context } from '@temporalio/activity';
import { actOf, type RunBatchAct, type RunBatchDependencies } from './run-batch.dependencies.js';
import type { RunBatchSubject } from './run-batch.types.js';

/** Runs of one round: a pause or a cancel is heard between two rounds, so within some seconds. */
const MOST_AT_ONCE = 200;
/** Runs acted on side by side: each is some queries and a call to Temporal, and the worker has other work. */
const SIDE_BY_SIDE = 4;
/** Before the next try when the plan allows no more runs at once: some end within that time. */
const NO_ROOM_WAIT_MS = 5_000;

/** What came of one run: nothing to say for now, since the plan allows no more runs at once. */
type Acted = 'settled' | 'no_room';

/**
 * Acts on the runs of a batch that are left. An outcome is written in the transaction that takes the run up, and an item
 * with an outcome is not looked at again, so a repeat after a crash acts on none twice; what was not started then, the sweep
 * starts. A cancellation is asked for again by a repeat, which changes nothing.
 */
export class ActOnRuns {
  constructor(private readonly on: RunBatchDependencies) {}

  async run({ orgId, batchId, runId }: RunBatchSubject): Promise<{
    settled: number;
    remaining: number;
    waitMs: number;
  }> {
    const { batch, items } = await this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.runs.progress(runId, 'running', 'act');
      return {
        batch: await tx.batches.findByRun(runId),
        items: await tx.batches.pending(batchId, MOST_AT_ONCE),
      };
    });
    if (!batch) throw new Error(`the run ${runId} works off no batch`);
    const { settled, hasRoom } = await this.actOnEach(orgId, batch, items);
    const { pending } = await this.on.tenants.withTenant(orgId, (tx) => tx.batches.counts(batchId));
    return { settled, remaining: pending, waitMs: hasRoom ? 0 : NO_ROOM_WAIT_MS };
  }

  private async actOnEach(
    orgId: string,
    batch: Batch,
    items: readonly string[],
  ): Promise<{ settled: number; hasRoom: boolean }> {
    const act = actOf(batch);
    const left = [...items];
    let [settled, hasRoom] = [0, true];
    const lane = async (): Promise<void> => {
      for (let item = left.shift(); item !== undefined && hasRoom; item = left.shift()) {
        Context.current().heartbeat();
        if ((await this.actOn(orgId, batch.id, item, act)) === 'settled') settled += 1;
        else hasRoom = false;
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    return { settled, hasRoom };
  }

  /** A refusal is an outcome; a fault of the surroundings is thrown, and the round is repeated. */
  private async actOn(orgId: string, batchId: string, runId: string, act: RunBatchAct): Promise<Acted> {
    const run = await this.on.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
    try {
      // Its subject was removed with all its rows since the batch was made.
      if (!run) throw new DocketError('run.not_found', 'The run is gone.');
      if (act.action === 'cancel') await this.cancel(batchId, run);
      else await this.takeUp(batchId, run, requestOf(batchId, act));
    } catch (error) {
      if (!(error instanceof DocketError)) throw error;
      if (error.code === 'quota.runs_exceeded') return 'no_room';
      const refused = { outcome: 'refused', code: error.code, message: error.message } as const;
      await this.settle(orgId, batchId, runId, refused);
    }
    return 'settled';
  }

  private async takeUp(batchId: string, run: RunTable, request: TakeUp): Promise<void> {
    const takeUp = this.on.takeUps[run.kind];
    if (!takeUp)
      throw new DocketError(
        request.kind === 'retry' ? 'run.not_retryable' : 'run.not_rerunnable',
        `Runs of the kind ${run.kind} are not taken up again.`,
      );
    const { start } = await takeUp(run.orgId, run.id, request, async (tx, taken) => {
      const outcome = taken.start ? 'done' : 'unchanged';
      await tx.batches.settleItem(batchId, run.id, { outcome });
    });
    // What cannot be started now is started by the sweep.
    if (start) await this.on.startRun(start).catch((error: unknown) => this.warn(run, error));
  }

  private async cancel(batchId: string, run: RunTable): Promise<void> {
    const refusal = this.on.notCancellable[run.kind];
    if (refusal !== undefined) throw new DocketError('run.not_cancellable', refusal);
    if (runHasEnded(run.state)) {
      await this.settle(run.orgId, batchId, run.id, { outcome: 'unchanged' });
      return;
    }
    await this.on.cancelRun(run);
    await this.settle(run.orgId, batchId, run.id, { outcome: 'done' });
  }

  private async settle(orgId: string, batchId: string, runId: string, end: BatchItemEnd): Promise<void> {
    await this.on.tenants.withTenant(orgId, (tx) => tx.batches.settleItem(batchId, runId, end));
  }

  private warn({ id }: RunTable, error: unknown): void {
    const runId = toTypeId('run', id);
    Context.current().log.warn('run could not be started; the sweep will start it', { runId, error });
  }
}

function requestOf(batchId: string, act: Exclude<RunBatchAct, { action: 'cancel' }>): TakeUp {
  const by = { batch: toTypeId('batch', batchId) };
  if (act.action === 'rerun') return { kind: 'rerun', by, fromStep: act.fromStep };
  return { kind: 'retry', by };
}
