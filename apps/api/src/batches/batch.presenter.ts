import type { Batch, BatchCounts } from '@docket/db/batches';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';

/** What is told of every batch, whatever its kind. */
export function showBatch(batch: Batch) {
  const { id, runId, state, pausedAt, errorCode, errorMessage, createdAt, startedAt, endedAt } = batch;
  const shownState: RunState | 'paused' = pausedAt !== null && !runHasEnded(state) ? 'paused' : state;
  return {
    id: toTypeId('batch', id),
    runId: toTypeId('run', runId),
    state: shownState,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** The counts with their sum, and the share of the items that are done with; 1 of a batch without any. */
export function showCounts(
  counts: BatchCounts,
  left = counts.pending,
): { counts: BatchCounts & { total: number }; progress: number } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { counts: { total, ...counts }, progress: total === 0 ? 1 : (total - left) / total };
}
