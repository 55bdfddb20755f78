import { TRACE_HEADER } from '@docket/domain/trace/rules';
import type { Headers } from '@temporalio/common';
import type {
  ActivityInput,
  LocalActivityInput,
  Next,
  WorkflowExecuteInput,
  WorkflowInboundCallsInterceptor,
  WorkflowInterceptorsFactory,
  WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/**
 * Hands the header that a workflow was started with on to every activity it schedules. It is copied as it came: the
 * sandbox neither reads nor makes trace ids, so histories stay the same with telemetry on and off.
 */
class TraceHeaderInterceptor implements WorkflowInboundCallsInterceptor, WorkflowOutboundCallsInterceptor {
  private trace: Headers = {};

  async execute(
    input: WorkflowExecuteInput,
    next: Next<WorkflowInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const header = input.headers[TRACE_HEADER];
    if (header) this.trace = { [TRACE_HEADER]: header };
    return next(input);
  }

  async scheduleActivity(
    input: ActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
  ): Promise<unknown> {
    return next({ ...input, headers: { ...this.trace, ...input.headers } });
  }

  async scheduleLocalActivity(
    input: LocalActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleLocalActivity'>,
  ): Promise<unknown> {
    return next({ ...input, headers: { ...this.trace, ...input.headers } });
  }
}

export const interceptors: WorkflowInterceptorsFactory = () => {
  const interceptor = new TraceHeaderInterceptor();
  return { inbound: [interceptor], outbound: [interceptor] };
};
