import type { LanguageModel } from '@docket/adapters/language-model';
import type { BatchedRequest } from '@docket/adapters/language-model/batches';
import type { Enrichment } from '@docket/db/enrichments';
import type { MessageBatch } from '@docket/db/message-batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import { toTypeId } from '@docket/domain/ids/type-id';
import { reserveFor } from '../ticket-enrichment/budget-reservation.js';
import { buildRequest, parametersOf, requestHash } from '../ticket-enrichment/build-request.js';
import { materialOf } from '../ticket-enrichment/load-material.js';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';

/** A day until the provider gives up, and two hours to notice and to store. */
export const RESERVED_SECONDS = 26 * 3_600;
/** Most characters of what goes up at once: it is held in memory three times over. The provider takes sixteen times as much. */
const CHARACTERS_MAX = 16_000_000;

/**
 * Builds the questions of a message batch as they would be asked one by one, and reserves of the budget what each may come
 * to. One that nobody waits for any longer, or that the budget does not pay for, is left out; what does not fit waits for
 * the next message batch. Built again they are the same, and are reserved once.
 */
export async function batchedQuestions(
  on: Pick<MessageBatchDependencies, 'tenants' | 'limits'>,
  orgId: string,
  batch: MessageBatch,
  model: LanguageModel,
): Promise<BatchedRequest[]> {
  const items = await on.tenants.withTenant(orgId, (tx) => tx.messageBatches.items(batch.id));
  const waiting = items
    .filter(({ outcome }) => outcome === 'waiting')
    .map(({ enrichmentId }) => enrichmentId);
  const questions: BatchedRequest[] = [];
  let characters = 0;
  for (const [index, enrichmentId] of waiting.entries()) {
    const question = await on.tenants.withTenant(orgId, (tx) => prepare(tx, on.limits, enrichmentId, model));
    if (!question) continue;
    questions.push(question);
    characters += question.request.system.length + question.request.prompt.length;
    if (characters < CHARACTERS_MAX) continue;
    const rest = waiting.slice(index + 1);
    await on.tenants.withTenant(orgId, (tx) => tx.messageBatches.putBack(batch.id, rest));
    break;
  }
  return questions;
}

async function prepare(
  tx: TenantTransaction,
  limits: MessageBatchDependencies['limits'],
  enrichmentId: string,
  model: LanguageModel,
): Promise<BatchedRequest | null> {
  // Whoever takes it up again waits until this is said.
  const enrichment = await tx.enrichments.lock(enrichmentId);
  if (!enrichment || enrichmentHasEnded(enrichment.state)) return leaveOut(tx, enrichmentId, 'called_off');
  const material = await materialUnlessGone(tx, enrichment);
  if (material?.enrichment.state !== 'waiting_for_provider') return leaveOut(tx, enrichmentId, 'refused');
  const request = buildRequest(material, model, limits, null, true);
  const subject = { enrichmentId, round: 0, isBatched: true };
  const { outcome } = await reserveFor(tx, subject, { model, request }, RESERVED_SECONDS);
  // Asked alone it is told what there is to tell of the budget.
  if (outcome !== 'reserved') return leaveOut(tx, enrichmentId, 'refused');
  const { erasures } = material.enrichment;
  const asked = {
    model: request.model,
    parameters: parametersOf(request),
    requestHash: requestHash(material, request),
    erasures,
  };
  await tx.messageBatches.noteQuestion(enrichmentId, asked);
  return { customId: toTypeId('enrichment', enrichmentId), request };
}

/** An earlier attempt to send it may have reserved what it would have come to. */
async function leaveOut(
  tx: TenantTransaction,
  enrichmentId: string,
  outcome: 'called_off' | 'refused',
): Promise<null> {
  await tx.messageBatches.settleItem(enrichmentId, outcome);
  await tx.budgets.release({ enrichmentId, round: 0, isBatched: true });
  return null;
}

/** Null where the ticket or the prompt is gone: whoever asks alone is told so. */
async function materialUnlessGone(tx: TenantTransaction, enrichment: Enrichment) {
  try {
    return await materialOf(tx, enrichment);
  } catch (error) {
    if (error instanceof DocketError) return null;
    throw error;
  }
}
