import type { AuditEvent } from '@docket/db/audit/event';
import type { Batch } from '@docket/db/batches';
import type { RunSelection } from '@docket/db/run-selection';
import type { RunStart } from '@docket/db/runs';
import { BatchTakeUps } from '@docket/db/take-up/batch';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  CANCEL,
  PAUSE,
  RESUME,
  RUN_BATCH,
  runBatchInput,
  runBatchWorkflowId,
  type RunBatchSignal,
} from '@docket/workflows/run-batch/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { RunSignaller } from '../runs/run-signaller.js';
import { RunStarter } from '../runs/run-starter.js';
import type { CreateRunBatchDto, DryRunBatchDto, RunBatchDto, StartedRunBatchDto } from './run-batch.dto.js';
import { readRunBatch, type RunBatchSpec } from './run-batch.presenter.js';
import { selectionOf } from './run-selection.js';

/** Stores the answer, and what else belongs to the act, in its transaction. */
export type Settle = (tx: TenantTransaction, answer: Answer, event: AuditEvent) => Promise<void>;

const SIGNALS = { pause: PAUSE, resume: RESUME, cancel: CANCEL } as const;
export type RunBatchCommand = keyof typeof SIGNALS;

/** Most runs of one batch: some minutes of work, and rows that are counted in milliseconds. */
const MOST_RUNS = 50_000;

/** Makes batches of acts on runs and talks to them. */
@Injectable()
export class RunBatchesService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly signaller: RunSignaller,
    private readonly answers: IdempotentAnswers,
  ) {}

  /**
   * Lets a batch go on that somebody terminated in Temporal. One that is open is left alone.
   *
   * @throws DocketError `run.not_retryable` when nothing is left of it
   */
  async retry(orgId: string, runId: string, answerOf: (state: RunState) => Answer): Promise<RunState> {
    const takeUps = new BatchTakeUps(this.tenants);
    const { runState, start } = await takeUps.takeUp(orgId, runId, 'person', (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }

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
      const begun = await write(tx, spec, selection);
      const { id, total } = begun.started;
      const event = { action: 'run_batch.create', subject: id, after: { ...spec, total } };
      tx.audit.append(event);
      await settle(tx, answerOf(begun.started), event);
      return begun;
    });
    await this.starter.start(start);
    return started;
  }

  async get(orgId: string, id: string): Promise<RunBatchDto> {
    return this.tenants.withTenant(orgId, async (tx) => readRunBatch(tx, await find(tx, id)));
  }

  async list(orgId: string, query: PageQuery): Promise<Page<RunBatchDto>> {
    const page = idPage(query, 'batch');
    return this.tenants.withTenant(orgId, async (tx) => {
      const batches = await tx.batches.list(RUN_BATCH, page);
      const shown: (Batch & { shown: RunBatchDto })[] = [];
      for (const batch of batches) shown.push({ ...batch, shown: await readRunBatch(tx, batch) });
      return toPage(shown, page.limit, (row) => row.shown, idCursor('batch'));
    });
  }

  /**
   * Pauses a batch, lets it go on, or ends it; it does so between two rounds. Told before it is asked for, since Temporal
   * is in no transaction.
   *
   * @throws DocketError `batch.ended`
   */
  async tell(orgId: string, id: string, command: RunBatchCommand): Promise<RunBatchDto> {
    const batch = await this.tenants.withTenant(orgId, async (tx) => {
      const found = await find(tx, id);
      if (runHasEnded(found.state)) throw hasEnded();
      tx.audit.append({ action: `run_batch.${command}`, subject: toTypeId('batch', id) });
      return found;
    });
    const message: RunBatchSignal = { schemaVersion: 1 };
    if (!(await this.signaller.signal(orgId, batch, SIGNALS[command], message))) throw hasEnded();
    return this.get(orgId, id);
  }
}

async function write(
  tx: TenantTransaction,
  spec: RunBatchSpec,
  selection: RunSelection,
): Promise<{ start: RunStart; started: StartedRunBatchDto }> {
  const [id, runId] = [newId(), newId()];
  const subject = toTypeId('batch', id);
  const { requestId, traceparent } = currentLogContext();
  const start = await tx.runs.insert({
    id: runId,
    kind: RUN_BATCH,
    subjectKind: 'batch',
    subjectId: id,
    workflowId: runBatchWorkflowId(toTypeId('org', tx.orgId), subject),
    input: runBatchInput({ orgId: tx.orgId, batchId: id, runId }, subject),
    requestId: requestId ?? runId,
    traceparent: traceparent ?? null,
  });
  await tx.batches.insert({ id, kind: RUN_BATCH, runId, spec });
  const total = await tx.batches.chooseRuns(id, selection);
  if (total > MOST_RUNS)
    throw new DocketError(
      'batch.too_large',
      `The filter means ${total} runs, more than the ${MOST_RUNS} of one batch. Narrow it, as with since and until.`,
    );
  return { start, started: { id: subject, runId: toTypeId('run', runId), total } };
}

async function find(tx: TenantTransaction, id: string): Promise<Batch> {
  const batch = await tx.batches.find(id, RUN_BATCH);
  if (!batch) throw notFound('batch');
  return batch;
}

function hasEnded(): DocketError {
  return new DocketError('batch.ended', 'The batch has ended. Make another for what is left.');
}
