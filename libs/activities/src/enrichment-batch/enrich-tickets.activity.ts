import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { beginAsRoomComes } from '../batch/begin-items.js';
import {
  actOf,
  type EnrichmentBatchAct,
  type EnrichmentBatchDependencies,
} from './enrichment-batch.dependencies.js';
import type { EnrichTicketsInput } from './enrichment-batch.types.js';

/** Before the next look when nothing is left to begin: most enrichments take seconds. */
const FULL_WAIT_MS = 1_000;
/** Before the next look when the plan allows no more runs at once. */
const NO_ROOM_WAIT_MS = 5_000;
/** Message batches of one batch that may wait for their answers at once. */
const MESSAGE_BATCHES_AT_ONCE = 10;
/** What a batch that waits for a day leaves of the runs that the plan allows at once. */
const SHARE_OF_RUNS = 0.5;

/**
 * Begins enrichments for the tickets of a batch whose turn has come, never more than so many at once. What becomes of an item
 * is written in the transaction that writes its enrichment, and an item with an outcome is not looked at again, so a repeat
 * after a crash enriches no ticket twice; what was not started then, the sweep starts.
 */
export class EnrichTickets {
  constructor(private readonly on: EnrichmentBatchDependencies) {}

  async run({ orgId, batchId, runId, mayWait = false }: EnrichTicketsInput): Promise<{
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
      (tx) => this.choose(tx, batchId, mayWait),
      (tx, ticketId) => this.write(tx, batchId, ticketId, act),
    );
    const { pending, open, isStill } = await this.on.tenants.withTenant(orgId, async (tx) => ({
      pending: await tx.batches.countPending(batchId),
      open: await tx.enrichmentBatches.countOpen(batchId),
      isStill: mayWait && (await this.isStill(tx, batchId)),
    }));
    const fullWaitMs = isStill && settled === 0 ? this.on.messageBatches.pollMs : FULL_WAIT_MS;
    return { settled, remaining: pending + open, waitMs: hasRoom ? fullWaitMs : NO_ROOM_WAIT_MS };
  }

  private async choose(tx: TenantTransaction, batchId: string, mayWait: boolean) {
    const room = mayWait ? await this.roomBesideWaiting(tx, batchId) : await this.room(tx, batchId);
    const items = room > 0 ? await tx.batches.pending(batchId, room) : [];
    // One that may wait has more to do in a round than to begin.
    return { items, isLast: mayWait || (room > 0 && items.length < room) };
  }

  private async room(tx: TenantTransaction, batchId: string): Promise<number> {
    return this.on.inFlight - (await tx.enrichmentBatches.countOpen(batchId));
  }

  /** Those that wait for a message batch take no room but of how many may wait: the plan's runs are not all for them. */
  private async roomBesideWaiting(tx: TenantTransaction, batchId: string): Promise<number> {
    const open = await tx.enrichmentBatches.countOpen(batchId);
    const { away } = await tx.messageBatches.abroad(batchId);
    const runs = (await tx.plans.find())?.limits.concurrentRuns ?? Infinity;
    const most = Math.min(this.on.messageBatches.requests * MESSAGE_BATCHES_AT_ONCE, runs * SHARE_OF_RUNS);
    return Math.floor(Math.min(this.on.inFlight - (open - away), most - open));
  }

  /** Nothing moves until a message batch has ended: it is looked at less often then. */
  private async isStill(tx: TenantTransaction, batchId: string): Promise<boolean> {
    const open = await tx.enrichmentBatches.countOpen(batchId);
    const { away, gathered } = await tx.messageBatches.abroad(batchId);
    return (
      open > 0 && open === away && gathered === 0 && (await tx.messageBatches.untold(batchId, 1)).length === 0
    );
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
      const unchanged = { outcome: 'unchanged', runId: waiting.runId } as const;
      if (await tx.batches.settleItem(batchId, ticketId, unchanged))
        await tx.enrichments.requeue(waiting.id, ticket.revision, { promptVersion, model });
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
