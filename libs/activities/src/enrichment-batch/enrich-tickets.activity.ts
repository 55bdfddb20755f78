import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { beginEnrichments } from '../batch/begin-enrichments.js';
import type { EnrichmentsBegun } from '../batch/begin-enrichments.types.js';
import {
  actOf,
  type EnrichmentBatchAct,
  type EnrichmentBatchDependencies,
} from './enrichment-batch.dependencies.js';
import type { EnrichTicketsInput } from './enrichment-batch.types.js';

/** Message batches of one batch that may wait for their answers at once. */
const MESSAGE_BATCHES_AT_ONCE = 10;
/** What a batch that waits for a day leaves of the runs that the plan allows at once. */
const SHARE_OF_RUNS = 0.5;

/**
 * Begins enrichments for the tickets of a batch whose turn has come, never more than so many at once. What becomes of an item
 * is written in the transaction that writes its enrichment, and an item with an outcome is not looked at again, so a repeat
 * after a crash enriches no ticket twice; what was not started then, the repeat or the sweep starts.
 */
export class EnrichTickets {
  constructor(private readonly on: EnrichmentBatchDependencies) {}

  async run({ mayWait = false, ...input }: EnrichTicketsInput): Promise<EnrichmentsBegun> {
    const { orgId, batchId } = input;
    const begun = await beginEnrichments(this.on, input, {
      room: (tx, limit) =>
        mayWait ? this.roomBesideWaiting(tx, batchId, limit) : this.room(tx, batchId, limit),
      write: (tx, batch, ticketId) => this.write(tx, batchId, ticketId, actOf(batch)),
    });
    const mayBeStill = mayWait && begun.settled === 0 && begun.waitMs < this.on.messageBatches.pollMs;
    const isStill =
      mayBeStill && (await this.on.tenants.withTenant(orgId, (tx) => this.isStill(tx, batchId)));
    return isStill ? { ...begun, waitMs: this.on.messageBatches.pollMs } : begun;
  }

  private async room(tx: TenantTransaction, batchId: string, limit: number): Promise<number> {
    return limit - (await tx.enrichmentBatches.countOpen(batchId));
  }

  /** Those that wait for a message batch take no room but of how many may wait: the plan's runs are not all for them. */
  private async roomBesideWaiting(tx: TenantTransaction, batchId: string, limit: number): Promise<number> {
    const open = await tx.enrichmentBatches.countOpen(batchId);
    const { away } = await tx.messageBatches.abroad(batchId);
    const runs = (await tx.plans.find())?.limits.concurrentRuns ?? Infinity;
    const most = Math.min(this.on.messageBatches.requests * MESSAGE_BATCHES_AT_ONCE, runs * SHARE_OF_RUNS);
    return Math.floor(Math.min(limit - (open - away), most - open));
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
