import type { AuditEvent } from '@docket/db/audit/event';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { RUN_BATCH, runBatchInput, runBatchWorkflowId } from '@docket/workflows/run-batch/contract';
import { Injectable } from '@nestjs/common';
import { writeBatch, type KindOfBatch } from '../batches/batches.service.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { RunStarter } from '../runs/run-starter.js';
import type { CreateRunBatchDto, DryRunBatchDto, RunBatchDto, StartedRunBatchDto } from './run-batch.dto.js';
import { showRunBatches, type RunBatchSpec } from './run-batch.presenter.js';
import { selectionOf } from './run-selection.js';

/** Stores the answer, and what else belongs to the act, in its transaction. */
export type Settle = (tx: TenantTransaction, answer: Answer, event: AuditEvent) => Promise<void>;

export const RUN_BATCHES: KindOfBatch<RunBatchDto> = {
  name: RUN_BATCH,
  noun: 'run_batch',
  workflowId: runBatchWorkflowId,
  input: runBatchInput,
  // Some minutes of work, and rows that are counted in milliseconds.
  items: { noun: 'runs', most: 50_000 },
  show: showRunBatches,
};

/** Makes batches of acts on runs. */
@Injectable()
export class RunBatchesService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** What a batch would act on now. Nothing is written. */
  async count(orgId: string, dto: CreateRunBatchDto): Promise<DryRunBatchDto> {
    const selection = selectionOf(dto);
    const matches = await this.tenants.withTenant(orgId, (tx) => tx.batches.countRuns(selection));
    return { dryRun: true, total: matches.reduce((sum, { count }) => sum + count, 0), matches };
  }

  /**
   * Chooses the runs and writes the batch in one transaction, then starts it: what comes later is not meant. Two batches
   * of the same runs act on each run once.
   *
   * @throws DocketError `request.invalid`, `batch.too_large`
   */
  async create(
    orgId: string,
    dto: CreateRunBatchDto,
    answerOf: (started: StartedRunBatchDto) => Answer,
    settle: Settle = (tx, answer) => this.answers.settle(tx, answer),
  ): Promise<StartedRunBatchDto> {
    const selection = selectionOf(dto);
    const spec: RunBatchSpec = {
      action: dto.action,
      fromStep: dto.fromStep ?? null,
      filter: dto.filter ? { ...dto.filter } : null,
    };
    const { start, started } = await this.tenants.withTenant(orgId, async (tx) => {
      const written = await writeBatch(tx, RUN_BATCHES, spec, (id) => tx.batches.chooseRuns(id, selection));
      await settle(tx, answerOf(written.started), written.event);
      return written;
    });
    await this.starter.start(start);
    return started;
  }
}
