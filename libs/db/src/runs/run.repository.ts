import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState, StepOutcome } from '@docket/domain/run/state-rules';
import { In, type EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';
import { RunEventTable, RunExecutionTable, RunTable } from '../tables/run.table.js';
import { FailureRepository } from './failure.repository.js';
import { selectionCondition, type RunSelection } from './run-selection.js';

export interface NewRun {
  id: string;
  kind: string;
  subjectKind: RunTable['subjectKind'];
  subjectId: string;
  workflowId: string;
  /** What its workflow is started with: ids and small facts. A late starter reads it from here. */
  input: object;
  requestId: string;
  traceparent: string | null;
}

/** All that a starter needs of a run, whatever its kind; however late it starts, it does so for the request that began it. */
export interface RunStart extends Pick<
  NewRun,
  'kind' | 'workflowId' | 'input' | 'requestId' | 'traceparent'
> {
  orgId: string;
  runId: string;
  /** How often the run has been begun, this time included. */
  attempts: number;
  /** Milliseconds since it was queued, by the database's clock. */
  queuedForMs: number;
  /** Public ids. */
  org: string;
  subject: string;
}

/** Of a run that waits for its start. */
type StartRow = NewRun & Pick<RunStart, 'attempts' | 'queuedForMs'>;

const START_COLUMNS = `id, kind, subject_kind as "subjectKind", subject_id as "subjectId", workflow_id as "workflowId",
  input, request_id as "requestId", traceparent, attempts,
  greatest(0, extract(epoch from now() - queued_at) * 1000)::float8 as "queuedForMs"`;

export interface RunEvent {
  at: Date;
  step: string;
  /** One sentence in plain words, for the reader of the history. */
  what: string;
  outcome: StepOutcome;
  attempt?: number;
  durationMs?: number;
  detail?: Record<string, unknown>;
}

export interface RunFilter {
  kind?: string;
  state?: RunState;
  errorCode?: string;
  subjectId?: string;
  since?: Date;
}

/** What joining a run came to. */
export type Joined = 'joined' | 'reopened' | 'over';

export interface RunEnd {
  state: Extract<RunState, 'succeeded' | 'failed' | 'cancelled' | 'terminated'>;
  error?: { code: string; message: string };
  result?: Record<string, unknown>;
}

export class RunRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Writes a run that waits for its start, and returns what the starter needs once this is committed. */
  async insert(run: NewRun): Promise<RunStart> {
    await this.manager.insert(RunTable, { ...run, orgId: this.orgId, state: 'queued' });
    return this.toStart({ ...run, attempts: 1, queuedForMs: 0 });
  }

  /** What starting a run takes, or null when it waits for no start: it is at work, has ended, or is not there. */
  async findStart(id: string): Promise<RunStart | null> {
    const [row]: StartRow[] = await this.manager.query(
      `select ${START_COLUMNS} from runs where org_id = $1 and id = $2 and state = 'queued'`,
      [this.orgId, id],
    );
    return row ? this.toStart(row) : null;
  }

  private toStart({ id: runId, subjectKind, subjectId, queuedForMs, ...row }: StartRow): RunStart {
    const { kind, workflowId, input, attempts, requestId, traceparent } = row;
    const [org, subject] = [toTypeId('org', this.orgId), toTypeId(subjectKind, subjectId)];
    const start = { runId, kind, workflowId, input, attempts, queuedForMs: Math.round(queuedForMs) };
    return { orgId: this.orgId, ...start, requestId, traceparent, org, subject };
  }

  async find(id: string): Promise<RunTable | null> {
    return this.manager.findOneBy(RunTable, { orgId: this.orgId, id });
  }

  /** Those of some runs that are there, in no order. */
  async findAll(ids: readonly string[]): Promise<RunTable[]> {
    return this.manager.findBy(RunTable, { orgId: this.orgId, id: In([...ids]) });
  }

  async list(filter: RunFilter, page: PageRequest): Promise<RunTable[]> {
    const query = this.manager
      .createQueryBuilder(RunTable, 'r')
      .where('r.org_id = :orgId', { orgId: this.orgId });
    if (page.beforeId) query.andWhere('r.id < :beforeId', { beforeId: page.beforeId });
    if (filter.kind) query.andWhere('r.kind = :kind', { kind: filter.kind });
    if (filter.state) query.andWhere('r.state = :state', { state: filter.state });
    if (filter.errorCode) query.andWhere('r.error_code = :errorCode', { errorCode: filter.errorCode });
    if (filter.subjectId) query.andWhere('r.subject_id = :subjectId', { subjectId: filter.subjectId });
    if (filter.since) query.andWhere('r.created_at >= :since', { since: filter.since });
    return query
      .orderBy('r.id', 'DESC')
      .limit(page.limit + 1)
      .getMany();
  }

  /** Runs of some kinds that a worker build made and that still count, ordered by their ids, from behind one of them. */
  async madeByBuild(
    build: string,
    kinds: readonly string[],
    afterId: string,
    most: number,
  ): Promise<{ id: string; kind: string }[]> {
    const made: RunSelection = { states: ['succeeded', 'failed'], madeBy: build };
    const [condition, parameters] = selectionCondition(made, [this.orgId, kinds, afterId, most]);
    return this.manager.query(
      `select r.id, r.kind from runs r where ${condition} and r.kind = any($2) and r.id > $3 order by r.id limit $4`,
      parameters,
    );
  }

  /** The run, locked until the transaction ends: of many who act on it at once, one decides. */
  async lock(id: string): Promise<RunTable | null> {
    return this.manager
      .createQueryBuilder(RunTable, 'r')
      .setLock('pessimistic_write')
      .where('r.org_id = :orgId and r.id = :id', { orgId: this.orgId, id })
      .getOne();
  }

  /**
   * Notes that a Temporal execution works on the run, and which worker build it is; the latest one counts. An
   * execution that nobody knew, on a run that has ended, is one that an operator reset: the run goes on with it. `over`
   * means that the run ended with this execution, and that whoever asks is late.
   */
  async join(runId: string, temporalRunId: string, workerBuild: string): Promise<Joined> {
    const [row]: [{ is_new: boolean; reopened: boolean }] = await this.manager.query(
      `with added as (
         insert into run_executions (org_id, run_id, temporal_run_id, worker_build, started_at)
         values ($1, $2, $3, $4, now()) on conflict do nothing returning run_id
       ), reopened as (
         update runs set state = 'running', attempts = attempts + 1, error_code = null, error_message = null,
                result = null, ended_at = null, next_retry_at = null, set_aside_at = null
          where org_id = $1 and id = $2 and state in ('succeeded', 'failed', 'cancelled', 'terminated')
            and exists (select 1 from added) returning id
       )
       select exists (select 1 from added) as is_new, exists (select 1 from reopened) as reopened`,
      [this.orgId, runId, temporalRunId, workerBuild],
    );
    if (!row.is_new) return this.rejoin(runId, temporalRunId, workerBuild);
    return row.reopened ? 'reopened' : 'joined';
  }

  /** Notes that an execution works on the run, and nothing else. After a retry that may be one that ended it before. */
  async recordExecution(runId: string, temporalRunId: string, workerBuild: string): Promise<void> {
    await this.manager.query(
      `insert into run_executions (org_id, run_id, temporal_run_id, worker_build, started_at)
       values ($1, $2, $3, $4, now())
       on conflict (org_id, run_id, temporal_run_id) do update set worker_build = excluded.worker_build,
             ended_at = (select r.ended_at from runs r where r.org_id = $1 and r.id = $2)
         where run_executions.worker_build <> excluded.worker_build or run_executions.ended_at is not null`,
      [this.orgId, runId, temporalRunId, workerBuild],
    );
  }

  /** A run that was taken over by another build goes on with that. */
  private async rejoin(runId: string, temporalRunId: string, workerBuild: string): Promise<Joined> {
    const [known]: { worker_build: string; is_over: boolean }[] = await this.manager.query(
      `select worker_build, ended_at is not null as is_over from run_executions
        where org_id = $1 and run_id = $2 and temporal_run_id = $3`,
      [this.orgId, runId, temporalRunId],
    );
    if (known && known.worker_build !== workerBuild)
      await this.manager.update(
        RunExecutionTable,
        { orgId: this.orgId, runId, temporalRunId },
        { workerBuild },
      );
    return known?.is_over ? 'over' : 'joined';
  }

  /**
   * Takes an ended run up again: it waits for its start once more, with changes to its input. Returns what the starter
   * needs, or null when the run is open. The caller has locked the run. What a person takes up is counted afresh: its
   * automatic retries begin anew.
   */
  async requeue(
    id: string,
    step: string | null,
    input: object,
    isAutomatic = false,
  ): Promise<RunStart | null> {
    const [[row]]: [StartRow[], number] = await this.manager.query(
      `update runs set state = 'queued', step = $3, attempts = attempts + 1, queued_at = now(), swept_at = null,
              error_code = null, error_message = null, result = null, ended_at = null, input = input || $4::jsonb,
              next_retry_at = null, set_aside_at = null,
              same_failures = case when $5 then same_failures else 0 end,
              automatic_retries = case when $5 then automatic_retries + 1 else 0 end
        where org_id = $1 and id = $2 and state in ('succeeded', 'failed', 'cancelled', 'terminated')
        returning ${START_COLUMNS}`,
      [this.orgId, id, step, JSON.stringify(input), isAutomatic],
    );
    return row ? this.toStart(row) : null;
  }

  /**
   * The open run, the newest under the workflow's id, whose rows do not know yet that this execution is over. A run that
   * was taken up again knows of its last execution, and is not meant.
   */
  async findLagging(execution: { workflowId: string; temporalRunId: string }): Promise<RunTable | null> {
    return this.manager
      .createQueryBuilder(RunTable, 'r')
      .where('r.org_id = :orgId and r.workflow_id = :workflowId', {
        orgId: this.orgId,
        workflowId: execution.workflowId,
      })
      .andWhere(`r.state in ('queued', 'running', 'waiting')`)
      .andWhere(
        `not exists (select 1 from run_executions e where e.org_id = r.org_id and e.run_id = r.id
                        and e.temporal_run_id = :temporalRunId and e.ended_at is not null)`,
        { temporalRunId: execution.temporalRunId },
      )
      .orderBy('r.id', 'DESC')
      .getOne();
  }

  /** Notes what Temporal says of an execution of the run; one that is over stays so. */
  async noteExecution(
    runId: string,
    execution: { temporalRunId: string; workerBuild: string | null; startedAt: Date; closedAt: Date | null },
  ): Promise<void> {
    const { temporalRunId, workerBuild, startedAt, closedAt } = execution;
    await this.manager.query(
      `insert into run_executions (org_id, run_id, temporal_run_id, worker_build, started_at, ended_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (org_id, run_id, temporal_run_id)
         do update set ended_at = coalesce(run_executions.ended_at, excluded.ended_at)`,
      [this.orgId, runId, temporalRunId, workerBuild ?? 'unknown', startedAt, closedAt],
    );
  }

  /** Lets an open run whose execution is gone be started anew. It has waited since it was queued. */
  async restart(id: string): Promise<RunStart | null> {
    const [[row]]: [StartRow[], number] = await this.manager.query(
      `update runs set state = 'queued', attempts = attempts + 1, swept_at = null
        where org_id = $1 and id = $2 and state in ('queued', 'running', 'waiting') returning ${START_COLUMNS}`,
      [this.orgId, id],
    );
    return row ? this.toStart(row) : null;
  }

  /** The Temporal executions of some runs, oldest first. */
  async executionsOf(runIds: readonly string[]): Promise<RunExecutionTable[]> {
    return this.manager.find(RunExecutionTable, {
      where: { orgId: this.orgId, runId: In([...runIds]) },
      order: { startedAt: 'ASC' },
    });
  }

  /** Says where an open run is, and, where it waits, for what. A run that has ended stays as it ended. */
  async progress(
    id: string,
    state: Extract<RunState, 'running' | 'waiting'>,
    step: string,
    reason?: { code: string; message: string },
  ): Promise<void> {
    await this.manager.query(
      `update runs set state = $3, step = $4, error_code = $5, error_message = $6,
              started_at = coalesce(started_at, now())
        where org_id = $1 and id = $2 and state in ('queued', 'running', 'waiting')`,
      [this.orgId, id, state, step, reason?.code ?? null, reason?.message ?? null],
    );
  }

  /** The same as `progress` with one line of history, in one round trip. The line is written also of a run that has ended. */
  async advance(id: string, step: string, event: RunEvent): Promise<void> {
    await this.manager.query(
      `with advanced as (
         update runs set state = 'running', step = $3, error_code = null, error_message = null,
                started_at = coalesce(started_at, now())
          where org_id = $1 and id = $2 and state in ('queued', 'running', 'waiting')
       )
       insert into run_events (org_id, run_id, at, step, what, outcome, attempt, duration_ms, detail)
       values ($1, $2, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[this.orgId, id, step, event.at, event.step, event.what, event.outcome],
        ...[event.attempt ?? 1, event.durationMs ?? null, JSON.stringify(event.detail ?? {})],
      ],
    );
  }

  /**
   * Ends an open run and its open executions, and notes of a failure when it is retried. The first end counts; tells
   * whether this was it.
   */
  async end(id: string, end: RunEnd): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      `with ended as (
         update runs set state = $3, error_code = $4, error_message = $5, result = $6, ended_at = now(),
                started_at = coalesce(started_at, now()), step = case when $3 = 'succeeded' then null else step end,
                same_failures = case when $3 = 'succeeded' then 0 else same_failures end,
                automatic_retries = case when $3 = 'succeeded' then 0 else automatic_retries end
          where org_id = $1 and id = $2 and state in ('queued', 'running', 'waiting') returning id
       ), closed as (
         update run_executions set ended_at = now()
          where org_id = $1 and run_id in (select id from ended) and ended_at is null
       )
       select id from ended`,
      [
        this.orgId,
        id,
        end.state,
        end.error?.code ?? null,
        end.error?.message ?? null,
        end.result ? JSON.stringify(end.result) : null,
      ],
    );
    if (rows.length === 1 && end.state === 'failed')
      await new FailureRepository(this.orgId, this.manager).note(id, end.error?.code ?? 'run.failed');
    return rows.length === 1;
  }

  /** Notes that a workflow was made sure of. */
  async markSwept(id: string): Promise<void> {
    await this.manager.update(RunTable, { orgId: this.orgId, id }, { sweptAt: () => 'now()' });
  }

  /** Appends lines to the readable history, in the transaction of the step they tell about. */
  async addEvents(runId: string, events: readonly RunEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.manager.query(
      `insert into run_events (org_id, run_id, at, step, what, outcome, attempt, duration_ms, detail)
       select $1, $2, * from unnest($3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::integer[],
                                    $9::jsonb[])`,
      [
        this.orgId,
        runId,
        events.map((event) => event.at),
        events.map((event) => event.step),
        events.map((event) => event.what),
        events.map((event) => event.outcome),
        events.map((event) => event.attempt ?? 1),
        events.map((event) => event.durationMs ?? null),
        events.map((event) => JSON.stringify(event.detail ?? {})),
      ],
    );
  }

  /** Every line of a run's history, oldest first. */
  async history(runId: string): Promise<RunEventTable[]> {
    return this.manager.find(RunEventTable, { where: { orgId: this.orgId, runId }, order: { id: 'ASC' } });
  }
}
