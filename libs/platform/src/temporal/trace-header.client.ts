import { TRACE_HEADER, type TraceContext } from '@docket/domain/trace/rules';
import type {
  Next,
  WorkflowClientInterceptor,
  WorkflowSignalInput,
  WorkflowSignalWithStartInput,
  WorkflowStartInput,
  WorkflowStartOutput,
  WorkflowStartUpdateInput,
  WorkflowStartUpdateOutput,
} from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { currentLogContext } from '../logging/log-context.js';
import { currentTraceparent, inSpan, SpanKind } from '../tracing/spans.js';

/** Puts the request under way into the headers of what it starts, signals or updates, each of which is a span of its own. */
export class TraceHeaderClientInterceptor implements WorkflowClientInterceptor {
  async startWithDetails(
    input: WorkflowStartInput,
    next: Next<WorkflowClientInterceptor, 'startWithDetails'>,
  ): Promise<WorkflowStartOutput> {
    return sending(`start ${input.workflowType}`, () =>
      next({ ...input, headers: withTrace(input.headers) }),
    );
  }

  async signal(input: WorkflowSignalInput, next: Next<WorkflowClientInterceptor, 'signal'>): Promise<void> {
    return sending(`signal ${input.signalName}`, () => next({ ...input, headers: withTrace(input.headers) }));
  }

  async signalWithStart(
    input: WorkflowSignalWithStartInput,
    next: Next<WorkflowClientInterceptor, 'signalWithStart'>,
  ): Promise<string> {
    return sending(`signalWithStart ${input.workflowType}`, () =>
      next({ ...input, headers: withTrace(input.headers) }),
    );
  }

  async startUpdate(
    input: WorkflowStartUpdateInput,
    next: Next<WorkflowClientInterceptor, 'startUpdate'>,
  ): Promise<WorkflowStartUpdateOutput> {
    return sending(`update ${input.updateName}`, () => next({ ...input, headers: withTrace(input.headers) }));
  }
}

async function sending<T>(name: string, send: () => Promise<T>): Promise<T> {
  return inSpan(name, { kind: SpanKind.PRODUCER, category: 'platform' }, send);
}

function withTrace(headers: Headers): Headers {
  const { requestId } = currentLogContext();
  if (!requestId) return headers;
  const trace: TraceContext = { requestId, traceparent: currentTraceparent() };
  return { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(trace) };
}
