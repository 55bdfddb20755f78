import type { Enrichment } from '@docket/db/enrichments';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { AskModelResult } from './ticket-enrichment.types.js';

/**
 * Lets the question of an enrichment be asked in a message batch, where its batch may wait, and says so in the rows. A
 * repeat finds it there. `alone` where it is to be asked by itself: its batch may not wait, or brought nothing.
 */
export async function joinMessageBatch(
  tx: TenantTransaction,
  { id, runId, batchId, replayOf, state }: Enrichment,
  at: Date,
): Promise<Exclude<AskModelResult['outcome'], 'answered'> | 'alone'> {
  if (batchId === null || replayOf !== null) return 'alone';
  const joined = await tx.messageBatches.join(id, batchId);
  if (joined !== 'waiting') return joined;
  if (state === 'waiting_for_provider') return 'batched';
  await tx.enrichments.move(id, { state: 'waiting_for_provider', step: 'ask' });
  await tx.runs.progress(runId, 'waiting', 'ask');
  const what = 'Waiting to be asked in a message batch';
  await tx.runs.addEvents(runId, [{ at, step: 'ask', what, outcome: 'waiting' }]);
  return 'batched';
}
