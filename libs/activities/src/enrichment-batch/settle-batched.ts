import type { LanguageModel, ModelAnswer } from '@docket/adapters/language-model';
import type { BatchedResult } from '@docket/adapters/language-model/batches';
import type { MessageBatch, MessageBatchItem, MessageBatchOutcome } from '@docket/db/message-batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { toAnsweredCall } from '../ticket-enrichment/answered-call.js';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';

type Needs = Pick<MessageBatchDependencies, 'tenants' | 'newId' | 'now'>;

/** What became of a question, for the history. */
const WORDS: Record<Exclude<MessageBatchOutcome, 'answered' | 'called_off'>, string> = {
  errored: 'The message batch brought an error',
  expired: 'The message batch was not answered in time',
  canceled: 'The message batch was cancelled at the provider',
  missing: 'The results of the message batch say nothing of it',
  refused: 'It is not asked in a message batch',
};

/**
 * Stores what a message batch says of one question, in one transaction: an answer as any other, at the price of the batch.
 * The first word stays: a repeat changes nothing.
 */
export async function settleBatched(
  on: Needs,
  orgId: string,
  item: MessageBatchItem,
  result: BatchedResult,
  { model, isCalledOff, latencyMs }: { model: LanguageModel; isCalledOff: boolean; latencyMs: number },
): Promise<void> {
  await on.tenants.withTenant(orgId, async (tx) => {
    // The order of locks is that of a single answer.
    const enrichment = await tx.enrichments.lock(item.enrichmentId);
    if (result.kind !== 'answered') {
      const outcome = isCalledOff ? 'called_off' : result.kind;
      await settleUnanswered(tx, on, item, outcome, result.message);
      return;
    }
    const isKept = enrichment !== null && enrichment.erasures === item.erasures;
    if (!(await tx.messageBatches.settleItem(item.enrichmentId, isKept ? 'answered' : 'errored'))) return;
    await storeAnswer(tx, on, item, result.answer, { model, isKept, latencyMs });
  });
}

async function storeAnswer(
  tx: TenantTransaction,
  on: Needs,
  item: MessageBatchItem,
  answer: ModelAnswer,
  { model, isKept, latencyMs }: { model: LanguageModel; isKept: boolean; latencyMs: number },
): Promise<void> {
  const { enrichmentId, ticketId, runId, requestHash, parameters } = item;
  const known = { enrichmentId, ticketId, round: 0, attempt: 1, requestHash: requestHash ?? '', latencyMs };
  const { call, amount } = toAnsweredCall(
    {
      ...known,
      id: on.newId(),
      provider: model.provider,
      modelAsked: item.model ?? model.defaultModel,
      parameters,
    },
    answer,
    { isKept, isBatched: true },
  );
  const isFirst = await tx.modelCalls.insert(call);
  // It had been given up and asked alone: what it cost was paid all the same.
  if (!isFirst) await tx.modelCalls.insert({ ...call, output: null, stopDetail: null, setAside: true });
  await tx.runs.addEvents(runId, [
    {
      at: on.now(),
      step: 'ask',
      what: `${answer.model} (${model.provider}) answered in a message batch`,
      outcome: 'succeeded',
      durationMs: latencyMs,
      detail: { stopReason: answer.stopReason, ...answer.usage, costMicros: call.costMicros },
    },
  ]);
  await tx.budgets.settle({ enrichmentId, round: 0 }, amount);
}

async function settleUnanswered(
  tx: TenantTransaction,
  on: Needs,
  { enrichmentId, runId }: MessageBatchItem,
  outcome: Exclude<MessageBatchOutcome, 'answered'>,
  reason: string | null,
): Promise<void> {
  if (!(await tx.messageBatches.settleItem(enrichmentId, outcome))) return;
  await tx.budgets.release({ enrichmentId, round: 0, isBatched: true });
  if (outcome === 'called_off') return;
  const what = `${WORDS[outcome]}${reason ? ` (${reason})` : ''}; it is asked alone`;
  await tx.runs.addEvents(runId, [
    { at: on.now(), step: 'ask', what, outcome: 'retrying', detail: { outcome } },
  ]);
}

/** Settles what is left of a message batch, and ends it: nothing more is heard of those questions. */
export async function settleRest(
  on: Needs,
  orgId: string,
  { id }: Pick<MessageBatch, 'id'>,
  outcome: Exclude<MessageBatchOutcome, 'answered'>,
): Promise<void> {
  const items = await on.tenants.withTenant(orgId, (tx) => tx.messageBatches.items(id));
  for (const item of items) {
    if (item.outcome !== 'waiting') continue;
    await on.tenants.withTenant(orgId, async (tx) => {
      await tx.enrichments.lock(item.enrichmentId);
      await settleUnanswered(tx, on, item, outcome, null);
    });
  }
  await on.tenants.withTenant(orgId, (tx) => tx.messageBatches.end(id));
}
