import type { AuditEvent } from '@docket/db/audit/event';
import type { Batch } from '@docket/db/batches';
import type { RunStart } from '@docket/db/runs';
import { BatchTakeUps } from '@docket/db/take-up/batch';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { currentLogContext } from '@docket/platform/logging/log-context';
import { CANCEL, PAUSE, RESUME, type RunBatchSignal } from '@docket/workflows/run-batch/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { RunSignaller } from '../runs/run-signaller.js';
import { RunStarter } from '../runs/run-starter.js';

const SIGNALS = { pause: PAUSE, resume: RESUME, cancel: CANCEL } as const;
export type BatchCommand = keyof typeof SIGNALS;

/** What tells one kind of batch from another, beside how its items are chosen. */
export interface KindOfBatch<Shown> {
  /** Name of its workflow. */
  name: string;
  /** What the audit calls one. */
  noun: string;
  workflowId(org: string, batch: string): string;
  input(ids: { orgId: string; batchId: string; runId: string }, subject: string): object;
  /** What its items are, and how many one may have. */
  items: { noun: string; most: number };
  /** What is told of some batches, in their order; read in one transaction, so that the counts of each add up. */
  show(tx: TenantTransaction, batches: readonly Batch[]): Promise<Shown[]>;
}

/** Batches of every kind: how they are read, told what to do, and taken up again. */
@Injectable()
export class BatchesService {
  private readonly takeUps: BatchTakeUps;

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly signaller: RunSignaller,
    private readonly answers: IdempotentAnswers,
  ) {
    this.takeUps = new BatchTakeUps(tenants);
  }

  async get<Shown>(kind: KindOfBatch<Shown>, orgId: string, id: string): Promise<Shown> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const [shown] = await kind.show(tx, [await find(tx, kind, id)]);
      if (shown === undefined) throw notFound('batch');
      return shown;
    });
  }

  async list<Shown>(kind: KindOfBatch<Shown>, orgId: string, query: PageQuery): Promise<Page<Shown>> {
    const page = idPage(query, 'batch');
    return this.tenants.withTenant(orgId, async (tx) => {
      const found = await tx.batches.list(kind.name, page);
      const { data, nextCursor } = toPage(found, page.limit, (batch) => batch, idCursor('batch'));
      return { data: await kind.show(tx, data), nextCursor };
    });
  }

  /**
   * Pauses a batch, lets it go on, or ends it; it does so between two rounds. Told before it is asked for, since Temporal
   * is in no transaction.
   *
   * @throws DocketError `batch.ended`
   */
  async tell<Shown>(
    kind: KindOfBatch<Shown>,
    orgId: string,
    id: string,
    command: BatchCommand,
  ): Promise<Shown> {
    const batch = await this.tenants.withTenant(orgId, async (tx) => {
      const found = await find(tx, kind, id);
      if (runHasEnded(found.state)) throw hasEnded();
      tx.audit.append({ action: `${kind.noun}.${command}`, subject: toTypeId('batch', id) });
      return found;
    });
    const message: RunBatchSignal = { schemaVersion: 1 };
    if (!(await this.signaller.signal(orgId, batch, SIGNALS[command], message))) throw hasEnded();
    return this.get(kind, orgId, id);
  }

  /**
   * Lets a batch go on that somebody terminated in Temporal. One that is open is left alone.
   *
   * @throws DocketError `run.not_retryable` when nothing is left of it
   */
  async retry(orgId: string, runId: string, answerOf: (state: RunState) => Answer): Promise<RunState> {
    const { runState, start } = await this.takeUps.takeUp(orgId, runId, 'person', (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }
}

/** A batch that was just written, and waits for its start. Ids are public. */
export interface WrittenBatch {
  start: RunStart;
  started: { id: string; runId: string; total: number };
  /** As the organisation's audit has it. */
  event: AuditEvent;
}

/**
 * Writes a batch with its run and, in the same transaction, the items that are chosen for its database id: what comes later
 * is not meant. `choose` returns how many there are.
 *
 * @throws DocketError `batch.too_large`
 */
export async function writeBatch(
  tx: TenantTransaction,
  kind: Omit<KindOfBatch<unknown>, 'show'>,
  spec: object,
  choose: (batchId: string) => Promise<number>,
): Promise<WrittenBatch> {
  const [id, runId] = [newId(), newId()];
  const batch = toTypeId('batch', id);
  const { requestId, traceparent } = currentLogContext();
  const start = await tx.runs.insert({
    id: runId,
    kind: kind.name,
    subjectKind: 'batch',
    subjectId: id,
    workflowId: kind.workflowId(toTypeId('org', tx.orgId), batch),
    input: kind.input({ orgId: tx.orgId, batchId: id, runId }, batch),
    requestId: requestId ?? runId,
    traceparent: traceparent ?? null,
  });
  await tx.batches.insert({ id, kind: kind.name, runId, spec });
  const total = await choose(id);
  if (total > kind.items.most) throw tooLarge(total, kind.items);
  const event = { action: `${kind.noun}.create`, subject: batch, after: { ...spec, total } };
  tx.audit.append(event);
  return { start, started: { id: batch, runId: toTypeId('run', runId), total }, event };
}

async function find(tx: TenantTransaction, kind: { name: string }, id: string): Promise<Batch> {
  const batch = await tx.batches.find(id, kind.name);
  if (!batch) throw notFound('batch');
  return batch;
}

function hasEnded(): DocketError {
  return new DocketError('batch.ended', 'The batch has ended. Make another for what is left.');
}

function tooLarge(total: number, { noun, most }: KindOfBatch<unknown>['items']): DocketError {
  return new DocketError(
    'batch.too_large',
    `The filter means ${total} ${noun}, more than the ${most} of one batch. Narrow it, as with since and until.`,
  );
}
