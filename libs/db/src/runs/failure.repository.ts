import { afterFailure } from '@docket/domain/run/retry-policy';
import type { EntityManager } from 'typeorm';

/** Failed runs of one kind with one code. */
export interface RunFailures {
  kind: string;
  errorCode: string;
  count: number;
  /** When the first and the last of them ended. */
  oldest: Date;
  newest: Date;
  /** When the first of them is retried by itself; null when none is. */
  nextRetryAt: Date | null;
  /** How many failed the same way so often that they wait for a person. */
  setAside: number;
}

/** What failed and waits: for its automatic retry, or for a person. */
export class FailureRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Runs that ended in error and were not taken up again, by kind and code; the most first. */
  async list(): Promise<RunFailures[]> {
    return this.manager.query(
      `select kind, coalesce(error_code, 'run.failed') as "errorCode", count(*)::integer as count,
              min(ended_at) as oldest, max(ended_at) as newest, min(next_retry_at) as "nextRetryAt",
              count(set_aside_at)::integer as "setAside"
         from runs where org_id = $1 and state in ('failed', 'terminated')
        group by 1, 2 order by count desc, kind, "errorCode"`,
      [this.orgId],
    );
  }

  /** Counts a failure that has just been written, and decides by the policy what follows it. */
  async note(runId: string, code: string): Promise<void> {
    const rows: { kind: string; same: number; retries: number }[] = await this.manager.query(
      `select kind, automatic_retries as retries,
              case when failure_code = $3 then same_failures + 1 else 1 end as same
         from runs where org_id = $1 and id = $2`,
      [this.orgId, runId, code],
    );
    const [run] = rows;
    if (!run) return;
    const failed = { kind: run.kind, code, sameFailures: run.same, automaticRetries: run.retries };
    const after = afterFailure(failed, Math.random());
    await this.manager.query(
      `update runs set failure_code = $3, same_failures = $4, next_retry_at = now() + make_interval(secs => $5),
              set_aside_at = case when $6 then now() end
        where org_id = $1 and id = $2`,
      [
        this.orgId,
        runId,
        code,
        run.same,
        after.kind === 'retry' ? after.seconds : null,
        after.kind === 'set_aside',
      ],
    );
  }

  /** Puts an automatic retry off that cannot begin now; one that somebody took up meanwhile is left alone. */
  async postpone(runId: string, seconds: number): Promise<void> {
    await this.manager.query(
      `update runs set next_retry_at = now() + make_interval(secs => $3)
        where org_id = $1 and id = $2 and next_retry_at is not null`,
      [this.orgId, runId, seconds],
    );
  }

  /** Leaves a failed run to people. Tells whether it was not so before, together with the step it stands at. */
  async setAside(runId: string): Promise<{ step: string | null } | null> {
    const [rows]: [{ step: string | null }[], number] = await this.manager.query(
      `update runs set next_retry_at = null, set_aside_at = now()
        where org_id = $1 and id = $2 and state = 'failed' and set_aside_at is null returning step`,
      [this.orgId, runId],
    );
    return rows[0] ?? null;
  }
}
