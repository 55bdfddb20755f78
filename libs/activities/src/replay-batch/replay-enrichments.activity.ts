import type { Batch } from '@docket/db/batches';
import type { NewRun, RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import { beginEnrichments, type BeginEnrichmentsNeeds } from '../batch/begin-enrichments.js';
import type { BeginEnrichmentsInput, EnrichmentsBegun } from '../batch/begin-enrichments.types.js';

export interface ReplayBatchDependencies extends BeginEnrichmentsNeeds {
  /** The run of the n-th replay of an enrichment, as its contract has it. */
  replayRunOf(
    ids: { orgId: string; ticketId: string; enrichmentId: string; runId: string },
    original: { id: string; number: number },
  ): Pick<NewRun, 'kind' | 'workflowId' | 'input'>;
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

  async run(input: BeginEnrichmentsInput): Promise<EnrichmentsBegun> {
    const { batchId } = input;
    return beginEnrichments(this.on, input, {
      room: async (tx, limit) => limit - (await tx.enrichmentBatches.countOpen(batchId)),
      write: (tx, batch, enrichmentId) => this.write(tx, batchId, enrichmentId, actOf(batch)),
    });
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
