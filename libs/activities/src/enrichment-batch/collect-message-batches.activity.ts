import type { LanguageModel } from '@docket/adapters/language-model';
import type { MessageBatches } from '@docket/adapters/language-model/batches';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import type { MessageBatch } from '@docket/db/message-batches';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import { withHeartbeat } from '../document-ingest/with-heartbeat.js';
import type { CollectMessageBatchesInput, MessageBatchesUnderWay } from './enrichment-batch.types.js';
import { findSubmission } from './find-submission.js';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';
import { settleBatched, settleRest } from './settle-batched.js';

/** Reads of results that broke off, after which the rest is asked one by one: the file itself is broken then. */
const BROKEN_READS_MAX = 5;
/** Before the next look while enrichments are still to be told. */
const TELL_WAIT_MS = 1_000;

/** A message batch that the provider knows. */
type Submitted = MessageBatch & { providerBatchId: string };

interface Asked {
  orgId: string;
  model: LanguageModel;
  provider: MessageBatches;
  isCancelled: boolean;
  signal: AbortSignal;
}

/**
 * Looks at the message batches that are under way, stores the results of those that have ended, and tells enrichments to go
 * on, so many at once. Each result is a transaction of its own, so a repeat goes on where an attempt broke off. Where the
 * batch was cancelled, the provider is asked to end them; what was answered by then was paid for, and is used.
 */
export class CollectMessageBatches {
  constructor(private readonly on: MessageBatchDependencies) {}

  async run({ orgId, batchId, isCancelled }: CollectMessageBatchesInput): Promise<MessageBatchesUnderWay> {
    const [model] = this.on.models;
    const provider = model?.messageBatches;
    const { cancellationSignal: signal } = Context.current();
    return withHeartbeat(async () => {
      if (isCancelled) await this.callOff(orgId, batchId);
      const open = await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.open(batchId));
      for (const batch of open)
        if (provider) await this.follow(batch, { orgId, model, provider, isCancelled, signal });
      const isTold = await this.tell(orgId, batchId);
      return this.underWay(orgId, batchId, isTold);
    });
  }

  /** What waits to be sent is sent no more. */
  private async callOff(orgId: string, batchId: string): Promise<void> {
    const open = await this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.messageBatches.callOff(batchId);
      return tx.messageBatches.open(batchId);
    });
    for (const batch of open)
      if (batch.state === 'submitting' && !batch.sentAt)
        await settleRest(this.on, orgId, batch, 'called_off');
  }

  /** One that cannot be reached is looked at again in the next round, and must not stop the others. */
  private async follow(batch: MessageBatch, asked: Asked): Promise<void> {
    try {
      if (batch.providerBatchId) await this.look({ ...batch, providerBatchId: batch.providerBatchId }, asked);
      else if (asked.isCancelled && batch.sentAt)
        await this.lookFor({ ...batch, sentAt: batch.sentAt }, asked);
    } catch (error) {
      if (error instanceof ModelUnavailable) return;
      // A key that is refused today may be mended: only what the provider no longer has is given up.
      if (!(error instanceof DocketError)) throw error;
      if (error.code === 'model.request_invalid') await settleRest(this.on, asked.orgId, batch, 'missing');
    }
  }

  /** It may have been accepted, and is to be cancelled then. */
  private async lookFor(batch: MessageBatch & { sentAt: Date }, asked: Asked): Promise<void> {
    const { orgId, provider, signal } = asked;
    if (await findSubmission(this.on, orgId, batch, provider, signal)) return;
    const ms = await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.sentForMs(batch.id));
    if (ms >= this.on.messageBatches.unclearMs) await settleRest(this.on, orgId, batch, 'called_off');
  }

  private async look(batch: Submitted, asked: Asked): Promise<void> {
    const { orgId, provider, isCancelled, signal } = asked;
    if (isCancelled && !batch.cancelAskedAt) {
      await provider.cancel(batch.providerBatchId, signal);
      await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.noteCancelAsked(batch.id));
    } else if (batch.polledAt && this.msSince(batch.polledAt) < this.on.messageBatches.pollMs) return;
    const { hasEnded } = await provider.find(batch.providerBatchId, signal);
    await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.notePoll(batch.id));
    if (hasEnded) await this.take(batch, asked);
  }

  private msSince(time: Date): number {
    return this.on.now().getTime() - time.getTime();
  }

  private async take(batch: Submitted, asked: Asked): Promise<void> {
    const { orgId, isCancelled } = asked;
    const seen = { read: 0, ours: 0 };
    try {
      await this.read(batch, asked, seen);
    } catch (error) {
      if (!(error instanceof ModelUnavailable)) throw error;
      const broken = await this.on.tenants.withTenant(orgId, (tx) =>
        tx.messageBatches.noteBrokenRead(batch.id),
      );
      if (broken < BROKEN_READS_MAX) return;
    }
    // It was taken for ours by its size alone.
    if (seen.read > 0 && seen.ours === 0)
      await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.disown(batch.id));
    else await settleRest(this.on, orgId, batch, isCancelled ? 'called_off' : 'missing');
  }

  private async read(
    batch: Submitted,
    { orgId, model, provider, isCancelled, signal }: Asked,
    seen: { read: number; ours: number },
  ): Promise<void> {
    const items = await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.items(batch.id));
    const sent = new Map(items.map((item) => [item.enrichmentId, item]));
    const latencyMs = batch.submittedAt ? Math.max(1, Math.round(this.msSince(batch.submittedAt))) : 1;
    const how = { model, isCalledOff: isCancelled, latencyMs };
    for await (const { customId, result } of provider.results(batch.providerBatchId, signal)) {
      seen.read += 1;
      const item = sent.get(parseTypeId('enrichment', customId) ?? '');
      if (!item) continue;
      seen.ours += 1;
      if (item.outcome === 'waiting') await settleBatched(this.on, orgId, item, result, how);
    }
  }

  /** Lets enrichments go on, as many at once as a batch may have under way. True when none is left to tell. */
  private async tell(orgId: string, batchId: string): Promise<boolean> {
    const untold = await this.on.tenants.withTenant(orgId, async (tx) => {
      const { away } = await tx.messageBatches.abroad(batchId);
      const atWork = (await tx.enrichmentBatches.countOpen(batchId)) - away;
      return tx.messageBatches.untold(batchId, Math.max(0, this.on.inFlight - atWork));
    });
    for (const { workflowId, enrichmentId } of untold) await this.on.tellEnrichment(workflowId, enrichmentId);
    return this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.messageBatches.noteTold(untold.map(({ enrichmentId }) => enrichmentId));
      return (await tx.messageBatches.untold(batchId, 1)).length === 0;
    });
  }

  private async underWay(orgId: string, batchId: string, isTold: boolean): Promise<MessageBatchesUnderWay> {
    const open = await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.open(batchId));
    const { pollMs } = this.on.messageBatches;
    return { underWay: open.length + (isTold ? 0 : 1), waitMs: isTold ? pollMs : TELL_WAIT_MS };
  }
}
