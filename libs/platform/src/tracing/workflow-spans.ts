import type { WorkflowEnd } from '@docket/domain/trace/rules';
import {
  trace,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type SpanContext,
} from '@opentelemetry/api';
import { createHash } from 'node:crypto';
import { parseTraceparent } from './spans.js';
import { withSpanId } from './span-ids.js';

/** Of what a span of a workflow is: which execution, and for which request. */
interface Execution {
  workflowType: string;
  workflowId: string;
  temporalRunId: string;
}

/**
 * The span of a workflow for one request. The workflow cannot make one, and ends long after its activities need one to hang
 * below: so its id is not drawn but follows from the execution and the caller's span, and each side finds it by itself.
 * Null where the request is not traced.
 */
export function workflowSpanOf(traceparent: string | null, temporalRunId: string): SpanContext | null {
  const caller = parseTraceparent(traceparent);
  if (!caller) return null;
  const spanId = createHash('sha256').update(`${temporalRunId} ${caller.spanId}`).digest('hex').slice(0, 16);
  return { ...caller, spanId };
}

/** Makes the span of a workflow that has ended. */
export function recordWorkflow(
  { workflowType, workflowId, temporalRunId }: Execution,
  ended: WorkflowEnd,
): void {
  const caller = parseTraceparent(ended.trace.traceparent);
  const own = workflowSpanOf(ended.trace.traceparent, temporalRunId);
  if (!caller || !own || caller.traceFlags === TraceFlags.NONE) return;
  const attributes = {
    'temporal.workflow.type': workflowType,
    'temporal.workflow.id': workflowId,
    'temporal.run.id': temporalRunId,
    'docket.request_id': ended.trace.requestId,
  };
  const span = withSpanId(own.spanId, () =>
    trace
      .getTracer('docket')
      .startSpan(
        `workflow ${workflowType}`,
        { kind: SpanKind.CONSUMER, startTime: ended.begunAtMs, attributes },
        trace.setSpanContext(ROOT_CONTEXT, caller),
      ),
  );
  if (ended.failure !== null) {
    span.setAttribute('error.type', ended.failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(ended.endedAtMs);
}
