import type { TicketSelection } from '@docket/db/enrichment-batches';
import type { RunStart } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
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
  show: showEnrichmentBatches,
};

/** Most tickets of one batch: they are chosen in one statement, which must end within the database's time-out. */
const MOST_TICKETS = 200_000;

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
    const { start, started } = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, dto.promptVersion);
      const begun = await write(tx, spec, selectionOf(dto.filter));
      const { id, total } = begun.started;
      tx.audit.append({ action: 'enrichment_batch.create', subject: id, after: { ...spec, total } });
      await this.answers.settle(tx, answerOf(begun.started));
      return begun;
    });
    await this.starter.start(start);
    return started;
  }
}

async function write(
  tx: TenantTransaction,
  spec: EnrichmentBatchSpec,
  selection: TicketSelection,
): Promise<{ start: RunStart; started: StartedEnrichmentBatchDto }> {
  const kind: typeof ENRICHMENT_BATCHES = {
    ...ENRICHMENT_BATCHES,
    input: (ids, subject) => enrichmentBatchInput({ ...ids, mayWait: spec.mayWait }, subject),
  };
  const { id, batch, run, start } = await writeBatch(tx, kind, spec);
  const total = await tx.enrichmentBatches.chooseTickets(id, selection);
  if (total > MOST_TICKETS)
    throw new DocketError(
      'batch.too_large',
      `The filter means ${total} tickets, more than the ${MOST_TICKETS} of one batch. Narrow it, as with since and until.`,
    );
  return { start, started: { id: batch, runId: run, total } };
}

/** Which tickets a filter means. */
export function selectionOf({ since, until, ...filter }: EnrichmentBatchFilterDto): TicketSelection {
  return {
    ...filter,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  };
}
