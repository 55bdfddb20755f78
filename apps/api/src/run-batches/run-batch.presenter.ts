import type { Batch } from '@docket/db/batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { showBatch, showCounts } from '../batches/batch.presenter.js';
import type { RunBatchAction, RunBatchDto } from './run-batch.dto.js';

/** A batch as it is asked for, which its row keeps. */
export interface RunBatchSpec {
  action: RunBatchAction;
  fromStep: string | null;
  filter: Record<string, unknown> | null;
}

/** Everything that is told about some batches, read in one transaction, so that the counts of each add up. */
export async function showRunBatches(
  tx: TenantTransaction,
  batches: readonly Batch[],
): Promise<RunBatchDto[]> {
  const ids = batches.map(({ id }) => id);
  const counts = await tx.batches.countsOf(ids);
  const runs = await tx.batches.runStates(ids);
  const refusals = await tx.batches.refusals(ids);
  return batches.map((batch) => {
    const { action, fromStep, filter } = batch.spec as unknown as RunBatchSpec;
    return {
      ...showBatch(batch),
      ...{ action, fromStep, filter },
      ...showCounts(counts(batch.id)),
      runs: runs(batch.id),
      refusals: refusals(batch.id),
    };
  });
}
