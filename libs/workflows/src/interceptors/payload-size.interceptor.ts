import { oversizeProblem } from '@docket/domain/run/payload-rules';
import {
  ApplicationFailure,
  type ActivityInput,
  type ContinueAsNewInput,
  type LocalActivityInput,
  type Next,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptorsFactory,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/** Ends a run that would send a message which no server takes, instead of letting its task fail for ever. */
class PayloadSizeInterceptor implements WorkflowInboundCallsInterceptor, WorkflowOutboundCallsInterceptor {
  async execute(
    input: WorkflowExecuteInput,
    next: Next<WorkflowInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    return sendable('the result', await next(input));
  }

  async scheduleActivity(
    input: ActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
  ): Promise<unknown> {
    return next({ ...input, args: sendable(`the input of ${input.activityType}`, input.args) });
  }

  async scheduleLocalActivity(
    input: LocalActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleLocalActivity'>,
  ): Promise<unknown> {
    return next({ ...input, args: sendable(`the input of ${input.activityType}`, input.args) });
  }

  async continueAsNew(
    input: ContinueAsNewInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'continueAsNew'>,
  ): Promise<never> {
    return next({ ...input, args: sendable('the input of the next execution', input.args) });
  }
}

function sendable<T>(name: string, message: T): T {
  const problem = oversizeProblem(name, message);
  if (problem === null) return message;
  throw ApplicationFailure.create({ type: 'run.payload_too_large', message: problem, nonRetryable: true });
}

export const interceptors: WorkflowInterceptorsFactory = () => {
  const interceptor = new PayloadSizeInterceptor();
  return { inbound: [interceptor], outbound: [interceptor] };
};
