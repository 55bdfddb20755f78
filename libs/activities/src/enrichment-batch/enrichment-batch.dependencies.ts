import type { Batch } from '@docket/db/batches';
import type { NewRun } from '@docket/db/runs';
import type { BeginEnrichmentsNeeds } from '../batch/begin-enrichments.js';
import type { MessageBatchLimits } from './message-batch.dependencies.js';

export interface EnrichmentBatchDependencies extends BeginEnrichmentsNeeds {
  messageBatches: Pick<MessageBatchLimits, 'requests' | 'pollMs'>;
  /** The run of a ticket's enrichment, as its contract has it. */
  enrichmentRunOf(ids: {
    orgId: string;
    ticketId: string;
    enrichmentId: string;
    runId: string;
  }): Pick<NewRun, 'kind' | 'workflowId' | 'input'>;
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
