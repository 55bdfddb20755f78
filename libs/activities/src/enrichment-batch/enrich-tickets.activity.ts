import type { Batch } from '@docket/db/batches';
import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import type { RunBatchSubject } from '../run-batch/run-batch.types.js';
import {
  actOf,
  type EnrichmentBatchAct,
  type EnrichmentBatchDependencies,
} from './enrichment-batch.dependencies.js';

/** Tickets begun side by side: each is some queries and a call to Temporal, and the worker has other work. */
const SIDE_BY_SIDE = 4;
/** Before the next look when all places are taken: most enrichments take seconds. */
const FULL_WAIT_MS = 1_000;
/** Before the next look when the plan allows no more runs at once. */
const NO_ROOM_WAIT_MS = 5_000;

/**
 * Begins enrichments for the tickets of a batch whose turn has come, never more than so many at once. What becomes of an item
 * is written in the transaction that writes its enrichment, and an item with an outcome is not looked at again, so a repeat
 * after a crash enriches no ticket twice; what was not started then, the sweep starts.
 */
export class EnrichTickets {
  constructor(private readonly on: EnrichmentBatchDependencies) {}

  async run({ orgId, batchId, runId }: RunBatchSubject): Promise<{
    settled: number;
    remaining: number;
    waitMs: number;
  }> {
    const { batch, items } = await this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.runs.progress(runId, 'running', 'act');
      const room = this.on.inFlight - (await tx.enrichmentBatches.countOpen(batchId));
      return {
        batch: await tx.batches.findByRun(runId),
        items: room > 0 ? await tx.batches.pending(batchId, room) : [],
      };
    });
    if (!batch) throw new Error(`the run ${runId} works off no batch`);
    const { settled, hasRoom } = await this.beginEach(orgId, batch, items);
    const { pending, open } = await this.on.tenants.withTenant(orgId, async (tx) => ({
      pending: await tx.batches.countPending(batchId),
      open: await tx.enrichmentBatches.countOpen(batchId),
    }));
    return { settled, remaining: pending + open, waitMs: hasRoom ? FULL_WAIT_MS : NO_ROOM_WAIT_MS };
  }

  private async beginEach(
    orgId: string,
    batch: Batch,
    items: readonly string[],
  ): Promise<{ settled: number; hasRoom: boolean }> {
    const act = actOf(batch);
    const left = [...items];
    let [settled, hasRoom] = [0, true];
    const lane = async (): Promise<void> => {
      for (let ticketId = left.shift(); ticketId !== undefined && hasRoom; ticketId = left.shift()) {
        Context.current().heartbeat();
        if (await this.begin(orgId, batch.id, ticketId, act)) settled += 1;
        else hasRoom = false;
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    return { settled, hasRoom };
  }

  /** False where the plan allows no more runs at once. A fault of the surroundings is thrown, and the round is repeated. */
  private async begin(
    orgId: string,
    batchId: string,
    ticketId: string,
    act: EnrichmentBatchAct,
  ): Promise<boolean> {
    let start: RunStart | null;
    try {
      start = await this.on.tenants.withTenant(orgId, (tx) => this.write(tx, batchId, ticketId, act));
    } catch (error) {
      if (error instanceof DocketError && error.code === 'quota.runs_exceeded') return false;
      throw error;
    }
    // What cannot be started now is started by the sweep.
    if (start) await this.on.startRun(start).catch((error: unknown) => warn(ticketId, error));
    return true;
  }

  /** Writes the enrichment of one ticket with its run, unless one waits already: that one will do what is asked. */
  private async write(
    tx: TenantTransaction,
    batchId: string,
    ticketId: string,
    { promptVersion, model }: EnrichmentBatchAct,
  ): Promise<RunStart | null> {
    const ticket = await tx.tickets.lock(ticketId);
    if (!ticket) {
      const refused = { code: 'ticket.not_found', message: 'The ticket is gone.' };
      await tx.batches.settleItem(batchId, ticketId, { outcome: 'refused', ...refused });
      return null;
    }
    const waiting = await tx.enrichments.queued(ticketId);
    if (waiting) {
      await tx.enrichments.requeue(waiting.id, ticket.revision, { promptVersion, model });
      await tx.batches.settleItem(batchId, ticketId, { outcome: 'unchanged', runId: waiting.runId });
      return null;
    }
    const ids = { orgId: tx.orgId, ticketId, enrichmentId: this.on.newId(), runId: this.on.newId() };
    // Another attempt of this round was faster.
    if (!(await tx.batches.settleItem(batchId, ticketId, { outcome: 'done', runId: ids.runId }))) return null;
    const start = await tx.runs.insert({
      ...this.on.enrichmentRunOf(ids),
      ...{ id: ids.runId, subjectKind: 'ticket', subjectId: ticketId, requestId: batchId, traceparent: null },
    });
    await tx.enrichments.insert({
      ...{ id: ids.enrichmentId, ticketId, revision: ticket.revision, runId: ids.runId, batchId },
      ...{ askedPromptVersion: promptVersion, askedModel: model },
    });
    return start;
  }
}

function warn(ticketId: string, error: unknown): void {
  const ticket = toTypeId('ticket', ticketId);
  Context.current().log.warn('enrichment could not be started; the sweep will start it', { ticket, error });
}
