import type { Batch } from '@docket/db/batches';
import type { NewRun, RunStart } from '@docket/db/runs';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { MessageBatchLimits } from './message-batch.dependencies.js';

export interface EnrichmentBatchDependencies {
  tenants: TenantDatabase;
  /** Enrichments of one batch under way at once, those apart that wait for a message batch. */
  inFlight: number;
  messageBatches: Pick<MessageBatchLimits, 'requests' | 'pollMs'>;
  /** The run of a ticket's enrichment, as its contract has it. */
  enrichmentRunOf(ids: {
    orgId: string;
    ticketId: string;
    enrichmentId: string;
    runId: string;
  }): Pick<NewRun, 'kind' | 'workflowId' | 'input'>;
  startRun(run: RunStart): Promise<void>;
  newId(): string;
}

/** What a batch asks the models, as its row says. */
export interface EnrichmentBatchAct {
  promptVersion: number | null;
  model: string | null;
}

/** Reads from its row under what a batch enriches; what is not there is as the org has it. */
export function actOf({ spec }: Batch): EnrichmentBatchAct {
  const { promptVersion, model } = spec;
  return {
    promptVersion: typeof promptVersion === 'number' ? promptVersion : null,
    model: typeof model === 'string' ? model : null,
  };
}
