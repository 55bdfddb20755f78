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

/**
 * What came of one run: an outcome; none for now, since the plan allows no more runs at once; or none of ours, since the
 * item has one already.
 */
type Acted = 'settled' | 'no_room' | 'late';

/** Another attempt of the round was faster, or the batch was cancelled: what was about to be done is rolled back. */
class AlreadySettled extends Error {
  override readonly name = 'AlreadySettled';
}

/**
 * Acts on the runs of a batch that are left. An outcome is written in the transaction that takes the run up, and an item
 * with an outcome is not acted on again, so a repeat after a crash acts on none twice, nor does an attempt that goes on beside
 * its repeat; what was not started then, the sweep starts. A cancellation is asked for again by a repeat, which changes nothing.
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
    const remaining = await this.on.tenants.withTenant(orgId, (tx) => tx.batches.countPending(batchId));
    return { settled, remaining, waitMs: hasRoom ? 0 : NO_ROOM_WAIT_MS };
  }

  private async actOnEach(
    orgId: string,
    batch: Batch,
    items: readonly string[],
  ): Promise<{ settled: number; hasRoom: boolean }> {
    const act = actOf(batch);
    const { cancellationSignal: givenUp } = Context.current();
    const left = [...items];
    let [settled, hasRoom] = [0, true];
    const lane = async (): Promise<void> => {
      while (hasRoom && !givenUp.aborted) {
        const item = left.shift();
        if (item === undefined) return;
        Context.current().heartbeat();
        const acted = await this.actOn(orgId, batch.id, item, act);
        if (acted === 'settled') settled += 1;
        if (acted === 'no_room') hasRoom = false;
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    // The batch was cancelled, or another attempt goes on with what is left.
    givenUp.throwIfAborted();
    return { settled, hasRoom };
  }

  /** A refusal is an outcome; a fault of the surroundings is thrown, and the round is repeated. */
  private async actOn(orgId: string, batchId: string, runId: string, act: RunBatchAct): Promise<Acted> {
    const run = await this.on.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
    try {
      // Its subject was removed with all its rows since the batch was made.
      if (!run) throw new DocketError('run.not_found', 'The run is gone.');
      if (act.action === 'cancel') return await this.cancel(batchId, run);
      await this.takeUp(batchId, run, requestOf(batchId, act));
      return 'settled';
    } catch (error) {
      if (error instanceof AlreadySettled) return 'late';
      if (!(error instanceof DocketError)) throw error;
      if (error.code === 'quota.runs_exceeded') return 'no_room';
      const refused = { outcome: 'refused', code: error.code, message: error.message } as const;
      return this.settle(orgId, batchId, runId, refused);
    }
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
      if (!(await tx.batches.settleItem(batchId, run.id, { outcome }))) throw new AlreadySettled();
    });
    // What cannot be started now is started by the sweep.
    if (start) await this.on.startRun(start).catch((error: unknown) => this.warn(run, error));
  }

  private async cancel(batchId: string, run: RunTable): Promise<Acted> {
    const refusal = this.on.notCancellable[run.kind];
    if (refusal !== undefined) throw new DocketError('run.not_cancellable', refusal);
    if (runHasEnded(run.state)) return this.settle(run.orgId, batchId, run.id, { outcome: 'unchanged' });
    const isLeft = await this.on.tenants.withTenant(run.orgId, (tx) => tx.batches.isPending(batchId, run.id));
    if (!isLeft) return 'late';
    await this.on.cancelRun(run);
    return this.settle(run.orgId, batchId, run.id, { outcome: 'done' });
  }

  private async settle(orgId: string, batchId: string, runId: string, end: BatchItemEnd): Promise<Acted> {
    const isFirst = await this.on.tenants.withTenant(orgId, (tx) =>
      tx.batches.settleItem(batchId, runId, end),
    );
    return isFirst ? 'settled' : 'late';
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
