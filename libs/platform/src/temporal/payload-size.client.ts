import { DocketError } from '@docket/domain/errors';
import { oversizeProblem } from '@docket/domain/run/payload-rules';
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

/** Refuses to send what no server takes, with an error that names it. */
export class PayloadSizeClientInterceptor implements WorkflowClientInterceptor {
  async startWithDetails(
    input: WorkflowStartInput,
    next: Next<WorkflowClientInterceptor, 'startWithDetails'>,
  ): Promise<WorkflowStartOutput> {
    check(`the input of ${input.workflowType}`, input.options.args);
    return next(input);
  }

  async signal(input: WorkflowSignalInput, next: Next<WorkflowClientInterceptor, 'signal'>): Promise<void> {
    check(`the signal ${input.signalName}`, input.args);
    return next(input);
  }

  async signalWithStart(
    input: WorkflowSignalWithStartInput,
    next: Next<WorkflowClientInterceptor, 'signalWithStart'>,
  ): Promise<string> {
    check(`the input of ${input.workflowType}`, input.options.args);
    check(`the signal ${input.signalName}`, input.signalArgs);
    return next(input);
  }

  async startUpdate(
    input: WorkflowStartUpdateInput,
    next: Next<WorkflowClientInterceptor, 'startUpdate'>,
  ): Promise<WorkflowStartUpdateOutput> {
    check(`the update ${input.updateName}`, input.args);
    return next(input);
  }
}

function check(name: string, message: unknown): void {
  const problem = oversizeProblem(name, message);
  if (problem !== null) throw new DocketError('run.payload_too_large', problem);
}
