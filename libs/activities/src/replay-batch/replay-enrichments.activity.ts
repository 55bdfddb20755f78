import type { Batch } from '@docket/db/batches';
import type { NewRun, RunStart } from '@docket/db/runs';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import { beginAsRoomComes } from '../batch/begin-items.js';
import type { RunBatchSubject } from '../run-batch/run-batch.types.js';

/** Before the next look: most replays take seconds. */
const FULL_WAIT_MS = 1_000;
/** Before the next look when the plan allows no more runs at once. */
const NO_ROOM_WAIT_MS = 5_000;

export interface ReplayBatchDependencies {
  tenants: TenantDatabase;
  /** Replays of one batch under way at once. */
  inFlight: number;
  /** The run of the n-th replay of an enrichment, as its contract has it. */
  replayRunOf(
    ids: { orgId: string; ticketId: string; enrichmentId: string; runId: string },
    original: { id: string; number: number },
  ): Pick<NewRun, 'kind' | 'workflowId' | 'input'>;
  startRun(run: RunStart): Promise<void>;
  newId(): string;
}

/** What is asked otherwise than the originals were, as the batch's row says. */
interface ReplayBatchAct {
  promptVersion: number | null;
  model: string | null;
  passages: 'pinned' | 'fresh';
}

/**
 * Begins replays of the enrichments of a batch whose turn has come, never more than so many at once. What becomes of an item
 * is written in the transaction that writes its replay, and an item with an outcome is not looked at again, so a repeat after
 * a crash replays nothing twice.
 */
export class ReplayEnrichments {
  constructor(private readonly on: ReplayBatchDependencies) {}

  async run({ orgId, batchId, runId }: RunBatchSubject): Promise<{
    settled: number;
    remaining: number;
    waitMs: number;
  }> {
    const batch = await this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.runs.progress(runId, 'running', 'act');
      return tx.batches.findByRun(runId);
    });
    if (!batch) throw new Error(`the run ${runId} works off no batch`);
    const act = actOf(batch);
    const { settled, hasRoom } = await beginAsRoomComes(
      this.on,
      orgId,
      (tx) => this.choose(tx, batchId),
      (tx, enrichmentId) => this.write(tx, batchId, enrichmentId, act),
    );
    const remaining = await this.on.tenants.withTenant(
      orgId,
      async (tx) =>
        (await tx.batches.countPending(batchId)) + (await tx.enrichmentBatches.countOpen(batchId)),
    );
    return { settled, remaining, waitMs: hasRoom ? FULL_WAIT_MS : NO_ROOM_WAIT_MS };
  }

  private async choose(tx: TenantTransaction, batchId: string) {
    const room = this.on.inFlight - (await tx.enrichmentBatches.countOpen(batchId));
    const items = room > 0 ? await tx.batches.pending(batchId, room) : [];
    return { items, isLast: room > 0 && items.length < room };
  }

  private async write(
    tx: TenantTransaction,
    batchId: string,
    originalId: string,
    { promptVersion, model, passages }: ReplayBatchAct,
  ): Promise<RunStart | null> {
    // Its replays are numbered one after the other.
    const original = await tx.enrichments.lock(originalId);
    if (!original || !enrichmentHasEnded(original.state)) {
      const message = original ? 'It is being made again.' : 'The enrichment is gone.';
      const refused = { code: 'enrichment.not_replayable', message };
      await tx.batches.settleItem(batchId, originalId, { outcome: 'refused', ...refused });
      return null;
    }
    const { ticketId } = original;
    const ids = { orgId: tx.orgId, ticketId, enrichmentId: this.on.newId(), runId: this.on.newId() };
    // Another attempt of this round was faster.
    if (!(await tx.batches.settleItem(batchId, originalId, { outcome: 'done', runId: ids.runId })))
      return null;
    const number = await tx.replays.nextNumber(originalId);
    const start = await tx.runs.insert({
      ...this.on.replayRunOf(ids, { id: originalId, number }),
      ...{ id: ids.runId, subjectKind: 'enrichment', subjectId: originalId },
      ...{ requestId: batchId, traceparent: null },
    });
    await tx.replays.insert(number, {
      ...{ id: ids.enrichmentId, runId: ids.runId, original, batchId, passagesFrom: passages, trial: null },
      ...{ askedPromptVersion: promptVersion, askedModel: model },
    });
    return start;
  }
}

/** Reads from its row under what a batch replays; what is not there is as the original had it. */
function actOf({ spec }: Batch): ReplayBatchAct {
  const { promptVersion, model, passages } = spec;
  return {
    promptVersion: typeof promptVersion === 'number' ? promptVersion : null,
    model: typeof model === 'string' ? model : null,
    passages: passages === 'fresh' ? 'fresh' : 'pinned',
  };
}
