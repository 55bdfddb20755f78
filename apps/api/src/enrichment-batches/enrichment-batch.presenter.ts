import type { Batch, BatchCounts } from '@docket/db/batches';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded, type EnrichmentState } from '@docket/domain/enrichment/state-rules';
import { showBatch, showCounts } from '../batches/batch.presenter.js';
import type { EnrichmentBatchDto } from './enrichment-batch.dto.js';

/** A batch as it is asked for, which its row keeps. */
export interface EnrichmentBatchSpec {
  filter: Record<string, unknown>;
  promptVersion: number | null;
  model: string | null;
  mayWait: boolean;
}

/** Everything that is told about some batches, read in one transaction, so that the counts of each add up. */
export async function showEnrichmentBatches(
  tx: TenantTransaction,
  batches: readonly Batch[],
): Promise<EnrichmentBatchDto[]> {
  const ids = batches.map(({ id }) => id);
  const counts = await tx.batches.countsOf(ids);
  const states = await tx.enrichmentBatches.states(ids);
  const waiting = batches.filter((batch) => specOf(batch).mayWait).map(({ id }) => id);
  const messageBatches = await tx.messageBatches.summaries(waiting);
  return batches.map((batch) => {
    const { filter, promptVersion, model, mayWait } = specOf(batch);
    const [own, enrichments] = [counts(batch.id), states(batch.id)];
    return {
      ...showBatch(batch),
      ...{ filter, promptVersion, model, mayWait },
      ...showCounts(own, leftOf(own, enrichments)),
      enrichments,
      messageBatches: mayWait ? messageBatches(batch.id) : null,
    };
  });
}

/** Batches of older releases could not wait. */
function specOf({ spec }: Batch): EnrichmentBatchSpec {
  return { mayWait: false, ...(spec as unknown as Omit<EnrichmentBatchSpec, 'mayWait'>) };
}

/** Tickets whose turn has not come, and those that are worked on. */
export function leftOf(
  { pending }: BatchCounts,
  enrichments: Partial<Record<EnrichmentState, number>>,
): number {
  const states = Object.entries(enrichments) as [EnrichmentState, number][];
  return states.reduce((sum, [state, count]) => sum + (enrichmentHasEnded(state) ? 0 : count), pending);
}
