import type { RunExecutionTable, RunTable } from '@docket/db/tables/run';
import { errorCategory } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { traceIdOf } from '@docket/domain/trace/rules';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { RunDto } from './run.dto.js';

/** Runs in their order, each with its executions. */
export async function showRuns(tx: TenantTransaction, runs: readonly RunTable[]): Promise<RunDto[]> {
  const executions = await tx.runs.executionsOf(runs.map(({ id }) => id));
  const byRun = Map.groupBy(executions, ({ runId }) => runId);
  return runs.map((run) => showRun(run, byRun.get(run.id) ?? []));
}

function showRun(run: RunTable, executions: readonly RunExecutionTable[]): RunDto {
  return {
    id: toTypeId('run', run.id),
    kind: run.kind,
    subject: toTypeId(run.subjectKind, run.subjectId),
    state: run.state,
    step: run.step,
    error:
      run.errorCode === null
        ? null
        : {
            code: run.errorCode,
            message: run.errorMessage ?? '',
            category: errorCategory(run.errorCode),
          },
    result: run.result,
    attempts: run.attempts,
    createdAt: run.createdAt.toISOString(),
    startedAt: shownTime(run.startedAt),
    endedAt: shownTime(run.endedAt),
    nextRetryAt: shownTime(run.nextRetryAt),
    setAsideAt: shownTime(run.setAsideAt),
    workflowId: run.workflowId,
    requestId: run.requestId,
    traceId: traceIdOf(run.traceparent),
    executions: executions.map(({ temporalRunId, workerBuild, startedAt, endedAt }) => ({
      temporalRunId,
      workerBuild,
      startedAt: startedAt.toISOString(),
      endedAt: shownTime(endedAt),
    })),
  };
}

function shownTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
