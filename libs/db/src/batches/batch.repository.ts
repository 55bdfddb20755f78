import type { RunState } from '@docket/domain/run/state-rules';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';
import { selectionCondition, type RunSelection } from '../runs/run-selection.js';

export type BatchOutcome = 'pending' | 'done' | 'unchanged' | 'refused' | 'skipped';

/** Items by outcome. They add up to what was chosen. */
export type BatchCounts = Readonly<Record<BatchOutcome, number>>;

/** A batch with the run that works it off. */
export interface Batch {
  id: string;
  kind: string;
  runId: string;
  workflowId: string;
  /** As it was asked for. */
  spec: Record<string, unknown>;
  pausedAt: Date | null;
  createdAt: Date;
  state: RunState;
  startedAt: Date | null;
  endedAt: Date | null;
  /** How its run failed, or was ended. */
  errorCode: string | null;
  errorMessage: string | null;
}

export interface NewBatch {
  id: string;
  kind: string;
  runId: string;
  spec: object;
}

/** What became of one item. */
export interface BatchItemEnd {
  outcome: Exclude<BatchOutcome, 'pending'>;
  code?: string;
  message?: string;
  runId?: string;
}

/** Refused items of one code. */
export interface BatchRefusals {
  code: string;
  count: number;
  /** One of the messages. */
  message: string;
}

/** What was read of some batches at once, one by one; empty for one that has none of it. */
export type OfBatch<T> = (batchId: string) => T;

/** Rows of several batches, as a look-up by the batch. */
export function countedByBatch<Key extends string>(
  rows: readonly { batchId: string; key: Key; count: number }[],
): OfBatch<Partial<Record<Key, number>>> {
  const byBatch = Map.groupBy(rows, ({ batchId }) => batchId);
  return (batchId) => {
    const entries = (byBatch.get(batchId) ?? []).map(({ key, count }) => [key, count] as const);
    return Object.fromEntries(entries) as Partial<Record<Key, number>>;
  };
}

const COLUMNS = `b.id, b.kind, b.run_id as "runId", r.workflow_id as "workflowId", b.spec, b.paused_at as "pausedAt",
  b.created_at as "createdAt", r.state, r.started_at as "startedAt", r.ended_at as "endedAt",
  r.error_code as "errorCode", r.error_message as "errorMessage"`;

/** Batches and their items, of whatever kind. */
export class BatchRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Writes a batch. Its run is written before it, its items after it, in the same transaction. */
  async insert({ id, kind, runId, spec }: NewBatch): Promise<void> {
    await this.manager.query(
      'insert into batches (org_id, id, kind, run_id, spec) values ($1, $2, $3, $4, $5)',
      [this.orgId, id, kind, runId, JSON.stringify(spec)],
    );
  }

  /** Chooses the runs of a selection as the batch's items, and returns how many they are. */
  async chooseRuns(batchId: string, selection: RunSelection): Promise<number> {
    const [condition, parameters] = selectionCondition(selection, [this.orgId, batchId]);
    const rows: { count: number }[] = await this.manager.query(
      `with chosen as (
         insert into batch_items (org_id, batch_id, item_id)
         select r.org_id, $2, r.id from runs r where ${condition} returning 1
       ) select count(*)::integer as count from chosen`,
      parameters,
    );
    return rows[0]?.count ?? 0;
  }

  /** How many runs a selection would choose now, by kind and, where they have one, by error code; the most first. */
  async countRuns(
    selection: RunSelection,
  ): Promise<{ kind: string; errorCode: string | null; count: number }[]> {
    const [condition, parameters] = selectionCondition(selection, [this.orgId]);
    return this.manager.query(
      `select r.kind, r.error_code as "errorCode", count(*)::integer as count from runs r where ${condition}
        group by 1, 2 order by count desc, 1, 2`,
      parameters,
    );
  }

  async find(id: string, kind: string): Promise<Batch | null> {
    const rows = await this.select('b.id = $2 and b.kind = $3', [id, kind]);
    return rows[0] ?? null;
  }

  async findByRun(runId: string): Promise<Batch | null> {
    const rows = await this.select('b.run_id = $2', [runId]);
    return rows[0] ?? null;
  }

  async list(kind: string, page: PageRequest): Promise<Batch[]> {
    return this.select('b.kind = $2 and ($3::uuid is null or b.id < $3) order by b.id desc limit $4', [
      kind,
      page.beforeId,
      page.limit + 1,
    ]);
  }

  private async select(condition: string, parameters: unknown[]): Promise<Batch[]> {
    return this.manager.query(
      `select ${COLUMNS} from batches b join runs r on r.org_id = b.org_id and r.id = b.run_id
        where b.org_id = $1 and ${condition}`,
      [this.orgId, ...parameters],
    );
  }

  /** Items of a batch by outcome. */
  async counts(batchId: string): Promise<BatchCounts> {
    return (await this.countsOf([batchId]))(batchId);
  }

  /** Items of some batches by outcome: a look-up by the batch. */
  async countsOf(batchIds: readonly string[]): Promise<OfBatch<BatchCounts>> {
    const rows: { batchId: string; key: BatchOutcome; count: number }[] = await this.manager.query(
      `select batch_id as "batchId", outcome as key, count(*)::integer as count from batch_items
        where org_id = $1 and batch_id = any($2) group by 1, 2`,
      [this.orgId, batchIds],
    );
    const counted = countedByBatch(rows);
    return (batchId) => ({ pending: 0, done: 0, unchanged: 0, refused: 0, skipped: 0, ...counted(batchId) });
  }

  /** What has become of the runs that batches acted on, by their state now. */
  async runStates(batchIds: readonly string[]): Promise<OfBatch<Partial<Record<RunState, number>>>> {
    const rows: { batchId: string; key: RunState; count: number }[] = await this.manager.query(
      `select i.batch_id as "batchId", r.state as key, count(*)::integer as count
         from batch_items i join runs r on r.org_id = i.org_id and r.id = coalesce(i.run_id, i.item_id)
        where i.org_id = $1 and i.batch_id = any($2) and i.outcome = 'done' group by 1, 2`,
      [this.orgId, batchIds],
    );
    return countedByBatch(rows);
  }

  /** Why items were refused, the most frequent reason first. */
  async refusals(batchIds: readonly string[]): Promise<OfBatch<BatchRefusals[]>> {
    const rows: (BatchRefusals & { batchId: string })[] = await this.manager.query(
      `select batch_id as "batchId", code, count(*)::integer as count, min(message) as message from batch_items
        where org_id = $1 and batch_id = any($2) and outcome = 'refused' group by 1, 2 order by count desc, 2`,
      [this.orgId, batchIds],
    );
    const byBatch = Map.groupBy(rows, ({ batchId }) => batchId);
    return (batchId) =>
      (byBatch.get(batchId) ?? []).map(({ code, count, message }) => ({ code, count, message }));
  }

  /** Items that nothing was done about yet, in their order. */
  async pending(batchId: string, most: number): Promise<string[]> {
    const rows: { item_id: string }[] = await this.manager.query(
      `select item_id from batch_items where org_id = $1 and batch_id = $2 and outcome = 'pending'
        order by item_id limit $3`,
      [this.orgId, batchId, most],
    );
    return rows.map(({ item_id }) => item_id);
  }

  /** How many those are: counted by their own index, however many items there are in all. */
  async countPending(batchId: string): Promise<number> {
    const rows: { count: number }[] = await this.manager.query(
      `select count(*)::integer as count from batch_items
        where org_id = $1 and batch_id = $2 and outcome = 'pending'`,
      [this.orgId, batchId],
    );
    return rows[0]?.count ?? 0;
  }

  /** Whether nothing was done about an item yet. */
  async isPending(batchId: string, itemId: string): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      `select 1 from batch_items where org_id = $1 and batch_id = $2 and item_id = $3 and outcome = 'pending'`,
      [this.orgId, batchId, itemId],
    );
    return rows.length === 1;
  }

  /**
   * Writes what became of an item, in the transaction that does it. The first outcome stays: an item is acted on once,
   * however often it is tried. Tells whether this was the first.
   */
  async settleItem(
    batchId: string,
    itemId: string,
    { outcome, code, message, runId }: BatchItemEnd,
  ): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update batch_items set outcome = $4, code = $5, message = $6, run_id = $7, settled_at = now()
        where org_id = $1 and batch_id = $2 and item_id = $3 and outcome = 'pending' returning 1`,
      [this.orgId, batchId, itemId, outcome, code ?? null, message ?? null, runId ?? null],
    );
    return rows.length === 1;
  }

  /** Leaves out what is left: the batch was cancelled. */
  async skipRest(batchId: string): Promise<void> {
    await this.manager.query(
      `update batch_items set outcome = 'skipped', settled_at = now()
        where org_id = $1 and batch_id = $2 and outcome = 'pending'`,
      [this.orgId, batchId],
    );
  }

  /** Notes that a batch is paused, or goes on. */
  async notePaused(batchId: string, isPaused: boolean): Promise<void> {
    await this.manager.query(
      `update batches set paused_at = case when $3 then coalesce(paused_at, now()) end
        where org_id = $1 and id = $2 and (paused_at is not null) <> $3`,
      [this.orgId, batchId, isPaused],
    );
  }
}
