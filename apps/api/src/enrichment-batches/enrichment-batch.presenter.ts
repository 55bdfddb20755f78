import type { Batch, BatchCounts } from '@docket/db/batches';
import type { RunTable } from '@docket/db/tables/run';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded, type EnrichmentState } from '@docket/domain/enrichment/state-rules';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded } from '@docket/domain/run/state-rules';
import type { EnrichmentBatchDto } from './enrichment-batch.dto.js';

/** A batch as it is asked for, which its row keeps. */
export interface EnrichmentBatchSpec {
  filter: Record<string, unknown>;
  promptVersion: number | null;
  model: string | null;
}

/** Everything that is told about a batch, read in one transaction, so that its counts add up. */
export async function readEnrichmentBatch(tx: TenantTransaction, batch: Batch): Promise<EnrichmentBatchDto> {
  const { filter, promptVersion, model } = batch.spec as unknown as EnrichmentBatchSpec;
  const counts = await tx.batches.counts(batch.id);
  const enrichments = await tx.enrichmentBatches.states(batch.id);
  const run = await tx.runs.find(batch.runId);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    id: toTypeId('batch', batch.id),
    runId: toTypeId('run', batch.runId),
    ...{ filter, promptVersion, model },
    state: batch.pausedAt !== null && !runHasEnded(batch.state) ? 'paused' : batch.state,
    error: errorOf(run),
    counts: { total, ...counts },
    progress: total === 0 ? 1 : (total - leftOf(counts, enrichments)) / total,
    enrichments,
    createdAt: batch.createdAt.toISOString(),
    startedAt: batch.startedAt?.toISOString() ?? null,
    endedAt: batch.endedAt?.toISOString() ?? null,
  };
}

function errorOf(run: RunTable | null): EnrichmentBatchDto['error'] {
  return run?.errorCode ? { code: run.errorCode, message: run.errorMessage ?? '' } : null;
}

/** Tickets whose turn has not come, and those that are worked on. */
function leftOf({ pending }: BatchCounts, enrichments: Partial<Record<EnrichmentState, number>>): number {
  const states = Object.entries(enrichments) as [EnrichmentState, number][];
  return states.reduce((sum, [state, count]) => sum + (enrichmentHasEnded(state) ? 0 : count), pending);
}
