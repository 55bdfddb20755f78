import type { ReplaySelection } from '@docket/db/replay-batches';
import { TenantDatabase } from '@docket/db/tenant-database';
import {
  REPLAY_BATCH,
  replayBatchInput,
  replayBatchWorkflowId,
} from '@docket/workflows/replay-batch/contract';
import { Injectable } from '@nestjs/common';
import { writeBatch, type KindOfBatch } from '../batches/batches.service.js';
import { selectionOf } from '../enrichment-batches/enrichment-batches.service.js';
import { idFrom, notFound } from '../http/ids.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { refuseUnknownPrompt } from '../prompts/known-prompt.js';
import { RunStarter } from '../runs/run-starter.js';
import type {
  CreateReplayBatchDto,
  DryReplayBatchDto,
  ReplayBatchDto,
  ReplayBatchSummaryDto,
  StartedReplayBatchDto,
} from './replay-batch.dto.js';
import { showReplayBatches, type ReplayBatchSpec } from './replay-batch.presenter.js';

export const REPLAY_BATCHES: KindOfBatch<ReplayBatchDto> = {
  name: REPLAY_BATCH,
  noun: 'replay_batch',
  workflowId: replayBatchWorkflowId,
  input: replayBatchInput,
  // As of a batch of enrichments: they are chosen in one statement.
  items: { noun: 'enrichments', most: 200_000 },
  show: showReplayBatches,
};

/** Makes batches of replays, and says what they came to. */
@Injectable()
export class ReplayBatchesService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** What a batch would replay now. Nothing is written. */
  async count(orgId: string, dto: CreateReplayBatchDto): Promise<DryReplayBatchDto> {
    const matches = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, dto.promptVersion);
      return tx.replayBatches.countEnrichments(replaySelectionOf(dto.filter));
    });
    return { dryRun: true, total: matches.reduce((sum, { count }) => sum + count, 0), matches };
  }

  /**
   * Chooses the enrichments and writes the batch in one transaction, then starts it: what comes later is not meant.
   *
   * @throws DocketError `batch.too_large`, `prompt.not_found`
   */
  async create(
    orgId: string,
    dto: CreateReplayBatchDto,
    answerOf: (started: StartedReplayBatchDto) => Answer,
  ): Promise<StartedReplayBatchDto> {
    const { filter, promptVersion = null, model = null, passages = 'pinned' } = dto;
    const spec: ReplayBatchSpec = { filter: { ...filter }, promptVersion, model, passages };
    const { start, started } = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, promptVersion);
      const written = await writeBatch(tx, REPLAY_BATCHES, spec, (id) =>
        tx.replayBatches.chooseEnrichments(id, replaySelectionOf(filter)),
      );
      await this.answers.settle(tx, answerOf(written.started));
      return written;
    });
    await this.starter.start(start);
    return started;
  }

  /** What the replays that are ready came to, against their originals as they are now. */
  async summary(orgId: string, id: string): Promise<ReplayBatchSummaryDto> {
    const summary = await this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.batches.find(id, REPLAY_BATCH))) throw notFound('batch');
      return tx.replayBatches.summary(id);
    });
    return { ...summary, currency: 'USD' };
  }
}

function replaySelectionOf({ batch, ...filter }: CreateReplayBatchDto['filter']): ReplaySelection {
  return { ...selectionOf(filter), ...(batch !== undefined && { madeByBatch: idFrom('batch', batch) }) };
}
