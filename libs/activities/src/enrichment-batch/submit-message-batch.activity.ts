import type { LanguageModel } from '@docket/adapters/language-model';
import {
  UnclearSubmission,
  type BatchedRequest,
  type MessageBatches,
} from '@docket/adapters/language-model/batches';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import type { MessageBatch } from '@docket/db/message-batches';
import { DocketError } from '@docket/domain/errors';
import { Context } from '@temporalio/activity';
import { withHeartbeat } from '../document-ingest/with-heartbeat.js';
import type { RunBatchSubject } from '../run-batch/run-batch.types.js';
import { batchedQuestions } from './batched-questions.js';
import { findSubmission, type Found } from './find-submission.js';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';
import { settleRest } from './settle-batched.js';

/** Questions are sent though more are on their way when the first of them has waited for so long. */
const GATHERED_FOR_MS = 60_000;

/**
 * Sends the questions that were gathered as one message batch, when there are enough of them or no more are on their way.
 * That it is being sent is committed before: a repeat after a crash looks for it at the provider before it sends it again,
 * and a batch that is found there is paid for once.
 */
export class SubmitMessageBatch {
  constructor(private readonly on: MessageBatchDependencies) {}

  async run({ orgId, batchId }: RunBatchSubject): Promise<{ isOffered: boolean; waitMs: number }> {
    const [model] = this.on.models;
    const provider = model?.messageBatches;
    if (!provider) {
      // Where another provider was first, questions may have been put together: each is asked alone.
      await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.settleUngathered(batchId, 'refused'));
      return { isOffered: false, waitMs: 0 };
    }
    const { cancellationSignal } = Context.current();
    try {
      await withHeartbeat(async () => {
        const batch = await this.next(orgId, batchId, model.provider);
        if (batch) await this.send(orgId, batch, { model, provider }, cancellationSignal);
      });
      return { isOffered: true, waitMs: 0 };
    } catch (error) {
      // It is away, or limits: the batch goes on with what else there is to do, and can be paused and cancelled meanwhile.
      if (error instanceof ModelUnavailable)
        return { isOffered: true, waitMs: error.retryAfterSeconds * 1_000 };
      throw error;
    }
  }

  /** One that is not known to be sent, or a new one where it is time for it. */
  private async next(orgId: string, batchId: string, provider: string): Promise<MessageBatch | null> {
    const { newId, messageBatches } = this.on;
    return this.on.tenants.withTenant(orgId, async (tx) => {
      const open = await tx.messageBatches.open(batchId);
      const begun = open.find((batch) => batch.state === 'submitting' && batch.provider === provider);
      if (begun) return begun;
      const { away, gathered, gatheredForMs } = await tx.messageBatches.abroad(batchId);
      const onTheirWay = (await tx.enrichmentBatches.countOpen(batchId)) - away;
      const isTime =
        gathered >= messageBatches.requests || onTheirWay === 0 || gatheredForMs >= GATHERED_FOR_MS;
      if (gathered === 0 || !isTime) return null;
      return tx.messageBatches.gather(newId(), batchId, provider, messageBatches.requests);
    });
  }

  private async send(
    orgId: string,
    batch: MessageBatch,
    asked: { model: LanguageModel; provider: MessageBatches },
    signal: AbortSignal,
  ): Promise<void> {
    const { sentAt } = batch;
    if (sentAt) {
      const found = await this.find(orgId, { ...batch, sentAt }, asked.provider, signal);
      if (found === 'found') return;
      if (found === 'held') throw this.unclearForLong();
      const ms = await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.sentForMs(batch.id));
      if (ms < this.on.messageBatches.unclearMs) throw stillUnclear();
    }
    const questions = await batchedQuestions(this.on, orgId, batch, asked.model);
    if (questions.length === 0) {
      await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.end(batch.id));
      return;
    }
    const mark = await this.on.tenants.withTenant(orgId, (tx) =>
      tx.messageBatches.markSent(batch.id, questions.length, sentAt),
    );
    // An attempt that Temporal has given up may be at it still: one of them sends.
    if (!mark) throw stillUnclear();
    const id = await this.handIn(orgId, { batch, mark, questions }, asked.provider, signal);
    if (id !== null) await this.keep(orgId, batch, id, asked.provider, signal);
  }

  /** A key that is refused says nothing of what was sent under it. */
  private async find(
    orgId: string,
    batch: MessageBatch & { sentAt: Date },
    provider: MessageBatches,
    signal: AbortSignal,
  ): Promise<Found> {
    try {
      return await findSubmission(this.on, orgId, batch, provider, signal);
    } catch (error) {
      if (error instanceof DocketError) throw this.unclearForLong();
      throw error;
    }
  }

  /** Others have to do something before more is known. */
  private unclearForLong(): ModelUnavailable {
    return stillUnclear(this.on.messageBatches.pollMs / 1_000);
  }

  /** Null where the provider will never take it. */
  private async handIn(
    orgId: string,
    { batch, mark, questions }: { batch: MessageBatch; mark: Date; questions: BatchedRequest[] },
    provider: MessageBatches,
    signal: AbortSignal,
  ): Promise<string | null> {
    try {
      return await provider.submit(questions, signal);
    } catch (error) {
      const isRefused = error instanceof DocketError;
      if (!isRefused && (!(error instanceof ModelUnavailable) || error instanceof UnclearSubmission))
        throw error;
      const isOurs = await this.on.tenants.withTenant(orgId, (tx) =>
        tx.messageBatches.markUnsent(batch.id, mark),
      );
      if (!isRefused) throw error;
      // Each is asked alone, and told what is wrong.
      if (isOurs) await settleRest(this.on, orgId, batch, 'refused');
      return null;
    }
  }

  private async keep(
    orgId: string,
    batch: MessageBatch,
    id: string,
    provider: MessageBatches,
    signal: AbortSignal,
  ): Promise<void> {
    const adopt = () =>
      this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.adopt(batch.id, id, 'known'));
    let adopted = await adopt();
    if (adopted === 'taken') {
      await this.on.tenants.withTenant(orgId, (tx) => tx.messageBatches.takeGuessed(batch.provider, id));
      adopted = await adopt();
    }
    // It was given up while it went up. Nobody will read what it brings, which would be paid for.
    if (adopted === 'unwanted') await cancelled(provider, id, signal);
  }
}

async function cancelled(provider: MessageBatches, id: string, signal: AbortSignal): Promise<void> {
  try {
    await provider.cancel(id, signal);
  } catch (error) {
    // It has ended, or nobody is there to ask.
    if (!(error instanceof DocketError) && !(error instanceof ModelUnavailable)) throw error;
  }
}

/** Before it is looked for again. */
const LOOK_AGAIN_SECONDS = 5;

function stillUnclear(seconds = LOOK_AGAIN_SECONDS): ModelUnavailable {
  const message = 'It is not known yet whether a message batch was accepted.';
  return new ModelUnavailable('model.unavailable', message, seconds);
}
