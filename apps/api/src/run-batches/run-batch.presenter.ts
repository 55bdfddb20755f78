import type { Batch, BatchCounts, BatchRefusals } from '@docket/db/batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { RunTable } from '@docket/db/tables/run';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded } from '@docket/domain/run/state-rules';
import type { RunBatchAction, RunBatchDto } from './run-batch.dto.js';

/** A batch as it is asked for, which its row keeps. */
export interface RunBatchSpec {
  action: RunBatchAction;
  fromStep: string | null;
  filter: Record<string, unknown> | null;
}

/** Everything that is told about a batch, read in one transaction, so that its counts add up. */
export async function readRunBatch(tx: TenantTransaction, batch: Batch): Promise<RunBatchDto> {
  return showRunBatch(batch, {
    counts: await tx.batches.counts(batch.id),
    runs: await tx.batches.runStates(batch.id),
    refusals: await tx.batches.refusals(batch.id),
    run: await tx.runs.find(batch.runId),
  });
}

interface Parts {
  counts: BatchCounts;
  runs: Record<string, number>;
  refusals: BatchRefusals[];
  run: RunTable | null;
}

function showRunBatch(batch: Batch, { counts, runs, refusals, run }: Parts): RunBatchDto {
  const { action, fromStep, filter } = batch.spec as unknown as RunBatchSpec;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    id: toTypeId('batch', batch.id),
    runId: toTypeId('run', batch.runId),
    action,
    fromStep,
    filter,
    state: batch.pausedAt !== null && !runHasEnded(batch.state) ? 'paused' : batch.state,
    error: errorOf(run),
    counts: { total, ...counts },
    progress: total === 0 ? 1 : (total - counts.pending) / total,
    runs,
    refusals,
    createdAt: batch.createdAt.toISOString(),
    startedAt: batch.startedAt?.toISOString() ?? null,
    endedAt: batch.endedAt?.toISOString() ?? null,
  };
}

function errorOf(run: RunTable | null): RunBatchDto['error'] {
  return run?.errorCode ? { code: run.errorCode, message: run.errorMessage ?? '' } : null;
}
