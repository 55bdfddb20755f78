import type { TicketSelection } from '@docket/db/enrichment-batches';
import { TenantDatabase } from '@docket/db/tenant-database';
import {
  ENRICHMENT_BATCH,
  enrichmentBatchInput,
  enrichmentBatchWorkflowId,
} from '@docket/workflows/enrichment-batch/contract';
import { Injectable } from '@nestjs/common';
import { writeBatch, type KindOfBatch } from '../batches/batches.service.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { refuseUnknownPrompt } from '../prompts/known-prompt.js';
import { RunStarter } from '../runs/run-starter.js';
import type {
  CreateEnrichmentBatchDto,
  DryEnrichmentBatchDto,
  EnrichmentBatchDto,
  EnrichmentBatchFilterDto,
  StartedEnrichmentBatchDto,
} from './enrichment-batch.dto.js';
import { showEnrichmentBatches, type EnrichmentBatchSpec } from './enrichment-batch.presenter.js';

export const ENRICHMENT_BATCHES: KindOfBatch<EnrichmentBatchDto> = {
  name: ENRICHMENT_BATCH,
  noun: 'enrichment_batch',
  workflowId: enrichmentBatchWorkflowId,
  input: enrichmentBatchInput,
  // Chosen in one statement, which must end within the database's time-out.
  items: { noun: 'tickets', most: 200_000 },
  show: showEnrichmentBatches,
};

/** Makes batches of enrichments. */
@Injectable()
export class EnrichmentBatchesService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** What a batch would enrich now. Nothing is written. */
  async count(orgId: string, dto: CreateEnrichmentBatchDto): Promise<DryEnrichmentBatchDto> {
    const matches = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, dto.promptVersion);
      return tx.enrichmentBatches.countTickets(selectionOf(dto.filter));
    });
    return { dryRun: true, total: matches.reduce((sum, { count }) => sum + count, 0), matches };
  }

  /**
   * Chooses the tickets and writes the batch in one transaction, then starts it: what comes later is not meant.
   *
   * @throws DocketError `batch.too_large`, `prompt.not_found`
   */
  async create(
    orgId: string,
    dto: CreateEnrichmentBatchDto,
    answerOf: (started: StartedEnrichmentBatchDto) => Answer,
  ): Promise<StartedEnrichmentBatchDto> {
    const spec: EnrichmentBatchSpec = {
      filter: { ...dto.filter },
      promptVersion: dto.promptVersion ?? null,
      model: dto.model ?? null,
      mayWait: dto.mayWait ?? false,
    };
    const { mayWait } = spec;
    const kind: typeof ENRICHMENT_BATCHES = {
      ...ENRICHMENT_BATCHES,
      input: (ids, subject) => enrichmentBatchInput({ ...ids, mayWait }, subject),
    };
    const { start, started } = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, dto.promptVersion);
      const written = await writeBatch(tx, kind, spec, (id) =>
        tx.enrichmentBatches.chooseTickets(id, selectionOf(dto.filter)),
      );
      await this.answers.settle(tx, answerOf(written.started));
      return written;
    });
    await this.starter.start(start);
    return started;
  }
}

/** Which tickets a filter means. */
export function selectionOf({ since, until, ...filter }: EnrichmentBatchFilterDto): TicketSelection {
  return {
    ...filter,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  };
}
