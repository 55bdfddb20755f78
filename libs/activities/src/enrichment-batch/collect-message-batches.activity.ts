import type { LanguageModel } from '@docket/adapters/language-model';
import type { MessageBatches } from '@docket/adapters/language-model/batches';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import type { MessageBatch } from '@docket/db/message-batches';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import { withHeartbeat } from '../document-ingest/with-heartbeat.js';
import type { CollectMessageBatchesInput, MessageBatchesUnderWay } from './enrichment-batch.types.js';
import { RESERVED_SECONDS } from './batched-questions.js';
import { findSubmission } from './find-submission.js';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';
import { settleBatched, settleRest } from './settle-batched.js';

/** Reads of results that broke off, after which the rest is asked one by one: the file itself is broken then. */
const BROKEN_READS_MAX = 5;
/** Before the next look while enrichments are still to be told. */
const TELL_WAIT_MS = 1_000;

/** A message batch that the provider knows. */
type Submitted = MessageBatch & { providerBatchId: string };

interface Look {
  orgId: string;
  isCancelled: boolean;
  signal: AbortSignal;
}

interface Asked extends Look {
  model: LanguageModel;
  provider: MessageBatches;
}

/**
 * Looks at the message batches that are under way, stores the results of those that have ended, and tells enrichments to go
 * on, so many at once. Each result is a transaction of its own, so a repeat goes on where an attempt broke off. Where the
 * batch was cancelled, the provider is asked to end them; what was answered by then was paid for, and is used.
 */
export class CollectMessageBatches {
  constructor(private readonly on: MessageBatchDependencies) {}

  async run({ orgId, batchId, isCancelled }: CollectMessageBatchesInput): Promise<MessageBatchesUnderWay> {
    const { cancellationSignal: signal } = Context.current();
    return withHeartbeat(async () => {
      const open = await this.on.tenants.withTenant(orgId, async (tx) => {
        // What waits to be sent is sent no more.
        if (isCancelled) await tx.messageBatches.settleUngathered(batchId, 'called_off');
        return tx.messageBatches.open(batchId);
      });
      for (const batch of open) await this.follow(batch, { orgId, isCancelled, signal });
      const isTold = await this.tell(orgId, batchId);
      return this.underWay(orgId, batchId, isTold);
    });
  }

  /**
   * One that cannot be reached is looked at again in the next round, and must not stop the others. A key that is refused
   * today may be mended: what is given up is what the provider no longer has, what is so old that it will bring nothing
   * more, and what is with a provider that is no longer configured.
   */
  private async follow(batch: MessageBatch, look: Look): Promise<void> {
    const model = this.on.models.find(({ provider }) => provider === batch.provider);
    const provider = model?.messageBatches;
    if (!provider) {
      await this.giveUp(batch, look);
      return;
    }
    try {
      await this.askAbout(batch, { ...look, model, provider });
    } catch (error) {
      if (!(error instanceof ModelUnavailable) && !(error instanceof DocketError)) throw error;
      const isGone = error.code === 'model.request_invalid';
      if (isGone && batch.isGuessed) await this.disown(batch, look.orgId);
      else if (isGone || this.isOld(batch)) await this.giveUp(batch, look);
    }
  }

  private async askAbout(batch: MessageBatch, asked: Asked): Promise<void> {
    const { providerBatchId, sentAt } = batch;
    // What is not known to be there is sent by `submitMessageBatch`, as long as its provider comes first.
    const isToBeSent = !asked.isCancelled && this.on.models[0] === asked.model;
    if (providerBatchId) await this.look({ ...batch, providerBatchId }, asked);
    else if (sentAt && (!isToBeSent || this.isOld(batch))) await this.lookFor({ ...batch, sentAt }, asked);
    else if (!sentAt && !isToBeSent) await this.giveUp(batch, asked);
  }

  /** Nothing more is heard of its questions, which are asked alone unless nobody wants them any longer. */
  private async giveUp(batch: MessageBatch, { orgId, isCancelled }: Look): Promise<void> {
    const answered = batch.providerBatchId !== null || batch.sentAt !== null ? 'missing' : 'refused';
    await settleRest(this.on, orgId, batch, isCancelled ? 'called_off' : answered);
  }

  /** Providers give up after a day; what was reserved for its answers is free again. */
  private isOld({ submittedAt, sentAt }: MessageBatch): boolean {
    const since = submittedAt ?? sentAt;
    return since !== null && this.msSince(since) >= RESERVED_SECONDS * 1_000;
  }

  /** It may have been accepted, and nobody sends it again. */
  private async lookFor(batch: MessageBatch & { sentAt: Date }, asked: Asked): Promise<void> {
    const { orgId, provider, signal } = asked;
    const found = await findSubmission(this.on, orgId, batch, provider, signal);
    if (found === 'found' || (found === 'held' && !this.isOld(batch))) return;
    const ms = await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.sentForMs(batch.id));
    if (ms >= this.on.messageBatches.unclearMs) await this.giveUp(batch, asked);
  }

  private async look(batch: Submitted, asked: Asked): Promise<void> {
    const { orgId, provider, isCancelled, signal } = asked;
    // A guess may be somebody else's.
    const isToCancel = isCancelled && !batch.isGuessed && !batch.cancelAskedAt;
    const isFresh = batch.polledAt !== null && this.msSince(batch.polledAt) < this.on.messageBatches.pollMs;
    if (isFresh && !isToCancel) return;
    let { hasEnded } = await provider.find(batch.providerBatchId, signal);
    // One that has ended cannot be cancelled: what it brings was paid for, and is used.
    if (isToCancel && !hasEnded) {
      await provider.cancel(batch.providerBatchId, signal);
      await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.noteCancelAsked(batch.id));
      ({ hasEnded } = await provider.find(batch.providerBatchId, signal));
    }
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
    if (seen.read > 0 && seen.ours === 0) await this.disown(batch, orgId);
    else await settleRest(this.on, orgId, batch, isCancelled ? 'called_off' : 'missing');
  }

  private async disown({ id, providerBatchId }: MessageBatch, orgId: string): Promise<void> {
    if (providerBatchId === null) return;
    await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.disown(id, providerBatchId));
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
