import type { MessageBatches } from '@docket/adapters/language-model/batches';
import type { MessageBatch } from '@docket/db/message-batches';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';

/** By how much the provider's clock may differ from the database's. */
const SKEW_MS = 300_000;

/**
 * Looks among the provider's recent batches for one that was sent with an end that nobody knows, and takes it. A batch
 * shows how many questions it has and not which, so one of the same number that nobody has taken is taken at its word; its
 * results tell whether it was ours (see `collectMessageBatches`).
 */
export async function findSubmission(
  on: Pick<MessageBatchDependencies, 'tenants'>,
  orgId: string,
  batch: MessageBatch & { sentAt: Date },
  provider: MessageBatches,
  signal: AbortSignal,
): Promise<boolean> {
  const since = new Date(batch.sentAt.getTime() - SKEW_MS);
  for await (const { id, requests } of provider.recent(since, signal)) {
    if (requests !== batch.requests || batch.foreignIds.includes(id)) continue;
    if (await on.tenants.withTenant(orgId, (tx) => tx.messageBatches.adopt(batch.id, id))) return true;
  }
  return false;
}
