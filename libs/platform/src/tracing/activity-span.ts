import { traceIdOf, type TraceContext } from '@docket/domain/trace/rules';
import { TraceFlags } from '@opentelemetry/api';
import type { Info } from '@temporalio/activity';
import type { LogContext } from '../logging/log-context.js';
import { isTracing } from './tracing.js';
import { beginSpan, formatTraceparent, markFailed, runWithin, SpanKind } from './spans.js';
import { workflowSpanOf } from './workflow-spans.js';

/** The span of one attempt of an activity, below that of its workflow. */
export interface ActivitySpan {
  /** What log lines carry of the trace. */
  ids: LogContext;
  run<T>(work: () => T): T;
  end(failure: unknown, outcome: string): void;
}

export function beginActivitySpan(info: Info, trace: TraceContext | null): ActivitySpan {
  return isTracing() ? tracedAttempt(info, trace) : untraced(trace);
}

function tracedAttempt(info: Info, trace: TraceContext | null): ActivitySpan {
  const { activityType, attempt, isLocal, taskQueue, workflowExecution, workflowType } = info;
  const parent = workflowExecution
    ? workflowSpanOf(trace?.traceparent ?? null, workflowExecution.runId)
    : null;
  const { span, within } = beginSpan(
    `activity ${activityType}`,
    {
      kind: isLocal ? SpanKind.INTERNAL : SpanKind.CONSUMER,
      attributes: {
        'temporal.activity.type': activityType,
        'temporal.activity.attempt': attempt,
        'temporal.task_queue': taskQueue,
        ...(workflowType === undefined ? {} : { 'temporal.workflow.type': workflowType }),
        ...(workflowExecution
          ? {
              'temporal.workflow.id': workflowExecution.workflowId,
              'temporal.run.id': workflowExecution.runId,
            }
          : {}),
        ...(trace ? { 'docket.request_id': trace.requestId } : {}),
      },
    },
    parent,
  );
  const own = span.spanContext();
  return {
    ids: { traceparent: formatTraceparent(own), traceId: own.traceId },
    run: (work) => runWithin(within, work),
    end(failure, outcome) {
      if ((own.traceFlags & TraceFlags.SAMPLED) !== 0) {
        span.setAttribute('docket.outcome', outcome);
        if (outcome === 'failed' || outcome === 'retrying') markFailed(span, failure);
      }
      span.end();
    },
  };
}

/** The caller's ids go on to the log, whether or not anything is traced here. */
function untraced(trace: TraceContext | null): ActivitySpan {
  const traceparent = trace?.traceparent ?? null;
  return {
    ids: traceparent === null ? {} : { traceparent, traceId: traceIdOf(traceparent) ?? '' },
    run: (work) => work(),
    end: () => undefined,
  };
}
