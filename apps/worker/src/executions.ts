import type { ClosedExecution, CloseStatus, Execution, Executions } from '@docket/activities/reconciler';
import { isErrorCode } from '@docket/domain/errors';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { SWEEP } from '@docket/workflows/sweep/contract';
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** One tick may hang for so long on Temporal; the next one tries again. */
const TEMPORAL_DEADLINE_MS = 5_000;
const PAGE = 200;

const CLOSE_STATUS: Partial<Record<string, CloseStatus>> = {
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed_out',
};

/** What Temporal's visibility and history say of executions. */
export function executionsOf(client: Client): Executions {
  const inTime = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, call);
  return {
    async *closedBetween(since, until) {
      const query = [
        `${searchAttributes.kind.name} IS NOT NULL`,
        `${searchAttributes.kind.name} != '${SWEEP}'`,
        `ExecutionStatus IN ('Failed', 'Canceled', 'Terminated', 'TimedOut')`,
        `CloseTime > '${since.toISOString()}'`,
        ...(until ? [`CloseTime <= '${until.toISOString()}'`] : []),
      ].join(' AND ');
      for await (const info of client.workflow.list({ query, pageSize: PAGE })) {
        const closed = toClosed(info);
        if (closed) yield closed;
      }
    },
    async latest(workflowId) {
      try {
        const description = await inTime(() => client.workflow.getHandle(workflowId).describe());
        return toExecution(description, buildOf(description));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },
    async failureOf({ workflowId, temporalRunId }) {
      try {
        await inTime(() => client.workflow.result(workflowId, temporalRunId, { followRuns: false }));
        return null;
      } catch (error) {
        if (!(error instanceof WorkflowFailedError)) throw error;
        const { cause } = error;
        return cause instanceof ApplicationFailure && isErrorCode(cause.type ?? '')
          ? { code: cause.type ?? '', message: cause.message }
          : null;
      }
    },
  };
}

type Told = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime'>;

function toExecution(info: Told, workerBuild: string | null): Execution {
  const { name } = info.status;
  return {
    workflowId: info.workflowId,
    temporalRunId: info.runId,
    status: CLOSE_STATUS[name] ?? (name === 'RUNNING' || name === 'PAUSED' ? 'running' : 'completed'),
    startedAt: info.startTime,
    closedAt: info.closeTime ?? null,
    workerBuild,
  };
}

function toClosed(info: WorkflowExecutionInfo): ClosedExecution | null {
  const { status, closedAt, ...rest } = toExecution(info, null);
  if (status === 'running' || status === 'completed' || closedAt === null) return null;
  return { ...rest, status, closedAt, org: info.typedSearchAttributes.get(searchAttributes.org) ?? null };
}

/** The build that worked on it last, where the server says so. */
function buildOf({ raw }: WorkflowExecutionDescription): string | null {
  const { versioningInfo, mostRecentWorkerVersionStamp } = raw.workflowExecutionInfo ?? {};
  return versioningInfo?.deploymentVersion?.buildId ?? mostRecentWorkerVersionStamp?.buildId ?? null;
}
