import type { MessageBatches } from '@docket/adapters/language-model/batches';
import type { MessageBatch } from '@docket/db/message-batches';
import type { MessageBatchDependencies } from './message-batch.dependencies.js';

/** By how much the provider's clock may differ from the database's. */
const SKEW_MS = 300_000;

/** Whether what was sent was found. `held`: somebody else guesses that what may be it is theirs, which their results tell. */
export type Found = 'found' | 'held' | 'nowhere';

/**
 * Looks among the provider's recent batches for one that was sent with an end that nobody knows, and takes it. A batch
 * shows how many questions it has and not which, so one of the same number that nobody has taken is taken at its word; its
 * results tell whether it was ours (see `collectMessageBatches`). Until then it is a guess: another organisation, or another
 * program with the same key, may have sent it, so it is read and nothing is done to it.
 */
export async function findSubmission(
  on: Pick<MessageBatchDependencies, 'tenants'>,
  orgId: string,
  batch: MessageBatch & { sentAt: Date },
  provider: MessageBatches,
  signal: AbortSignal,
): Promise<Found> {
  const since = new Date(batch.sentAt.getTime() - SKEW_MS);
  let found: Found = 'nowhere';
  for await (const { id, requests } of provider.recent(since, signal)) {
    if (requests !== batch.requests || batch.foreignIds.includes(id)) continue;
    const adopted = await on.tenants.withTenant(orgId, (tx) =>
      tx.messageBatches.adopt(batch.id, id, 'guessed'),
    );
    if (adopted !== 'taken') return 'found';
    if (await on.tenants.withTenant(orgId, (tx) => tx.messageBatches.isGuessed(batch.provider, id)))
      found = 'held';
  }
  return found;
}
