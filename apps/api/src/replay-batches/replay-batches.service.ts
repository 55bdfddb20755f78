import type { ReplaySelection } from '@docket/db/replay-batches';
import type { RunStart } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
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
  show: showReplayBatches,
};

/** Most enrichments of one batch, as of a batch of enrichments: they are chosen in one statement. */
const MOST_ENRICHMENTS = 200_000;

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
      const begun = await write(tx, spec, replaySelectionOf(filter));
      const { id, total } = begun.started;
      tx.audit.append({ action: 'replay_batch.create', subject: id, after: { ...spec, total } });
      await this.answers.settle(tx, answerOf(begun.started));
      return begun;
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

async function write(
  tx: TenantTransaction,
  spec: ReplayBatchSpec,
  selection: ReplaySelection,
): Promise<{ start: RunStart; started: StartedReplayBatchDto }> {
  const { id, batch, run, start } = await writeBatch(tx, REPLAY_BATCHES, spec);
  const total = await tx.replayBatches.chooseEnrichments(id, selection);
  if (total > MOST_ENRICHMENTS)
    throw new DocketError(
      'batch.too_large',
      `The filter means ${total} enrichments, more than the ${MOST_ENRICHMENTS} of one batch. Narrow it, as with since and until.`,
    );
  return { start, started: { id: batch, runId: run, total } };
}

function replaySelectionOf({ batch, ...filter }: CreateReplayBatchDto['filter']): ReplaySelection {
  return { ...selectionOf(filter), ...(batch !== undefined && { madeByBatch: idFrom('batch', batch) }) };
}
