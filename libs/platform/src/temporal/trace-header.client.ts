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

/** Puts the request under way into the headers of what it starts, signals or updates. */
export class TraceHeaderClientInterceptor implements WorkflowClientInterceptor {
  async startWithDetails(
    input: WorkflowStartInput,
    next: Next<WorkflowClientInterceptor, 'startWithDetails'>,
  ): Promise<WorkflowStartOutput> {
    return next({ ...input, headers: withTrace(input.headers) });
  }

  async signal(input: WorkflowSignalInput, next: Next<WorkflowClientInterceptor, 'signal'>): Promise<void> {
    return next({ ...input, headers: withTrace(input.headers) });
  }

  async signalWithStart(
    input: WorkflowSignalWithStartInput,
    next: Next<WorkflowClientInterceptor, 'signalWithStart'>,
  ): Promise<string> {
    return next({ ...input, headers: withTrace(input.headers) });
  }

  async startUpdate(
    input: WorkflowStartUpdateInput,
    next: Next<WorkflowClientInterceptor, 'startUpdate'>,
  ): Promise<WorkflowStartUpdateOutput> {
    return next({ ...input, headers: withTrace(input.headers) });
  }
}

function withTrace(headers: Headers): Headers {
  const { requestId, traceparent } = currentLogContext();
  if (!requestId) return headers;
  const trace: TraceContext = { requestId, traceparent: traceparent ?? null };
  return { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(trace) };
}
