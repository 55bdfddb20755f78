import type { Batch } from '@docket/db/batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { showBatch, showCounts } from '../batches/batch.presenter.js';
import { leftOf } from '../enrichment-batches/enrichment-batch.presenter.js';
import type { PassageSource } from '../tickets/replay.dto.js';
import type { ReplayBatchDto } from './replay-batch.dto.js';

/** A batch as it is asked for, which its row keeps. */
export interface ReplayBatchSpec {
  filter: Record<string, unknown>;
  promptVersion: number | null;
  model: string | null;
  passages: PassageSource;
}

/** Everything that is told about some batches, read in one transaction, so that the counts of each add up. */
export async function showReplayBatches(
  tx: TenantTransaction,
  batches: readonly Batch[],
): Promise<ReplayBatchDto[]> {
  const ids = batches.map(({ id }) => id);
  const counts = await tx.batches.countsOf(ids);
  const states = await tx.enrichmentBatches.states(ids);
  return batches.map((batch) => {
    const { filter, promptVersion, model, passages } = batch.spec as unknown as ReplayBatchSpec;
    const [own, replays] = [counts(batch.id), states(batch.id)];
    return {
      ...showBatch(batch),
      ...{ filter, promptVersion, model, passages },
      ...showCounts(own, leftOf(own, replays)),
      replays,
    };
  });
}
