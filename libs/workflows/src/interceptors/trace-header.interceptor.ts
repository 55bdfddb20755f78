import { TRACE_HEADER, type TraceContext, type WorkflowEnd } from '@docket/domain/trace/rules';
import { defaultPayloadConverter, type Headers, type Payload } from '@temporalio/common';
import {
  ApplicationFailure,
  ContinueAsNew,
  isCancellation,
  proxySinks,
  type ActivityInput,
  type ContinueAsNewInput,
  type LocalActivityInput,
  type Next,
  type SignalInput,
  type Sinks,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptorsFactory,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/** Answered by the worker: here nothing is traced, and a sink leaves nothing in the history. */
interface TraceSinks extends Sinks {
  tracing: { ended(end: WorkflowEnd): void };
}

const { tracing } = proxySinks<TraceSinks>();

/** The header of a request that the workflow works for, and when it came. */
interface Served {
  header: Payload;
  begunAtMs: number;
}

/**
 * Hands the header of a request on to every activity that is scheduled for it: that of the start or, where several requests
 * share a workflow, that of the signal which brought the run an activity is about. It is copied as it came: the sandbox
 * neither reads nor makes trace ids, so histories stay the same with telemetry on and off.
 */
class TraceHeaderInterceptor implements WorkflowInboundCallsInterceptor, WorkflowOutboundCallsInterceptor {
  /** Every request that this execution works for, the one that started it leading. */
  private readonly served: Served[] = [];
  private started: Served | null = null;
  /** The latest request for a run, by the run's id. */
  private readonly latestFor = new Map<string, Served>();

  async execute(
    input: WorkflowExecuteInput,
    next: Next<WorkflowInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const header = input.headers[TRACE_HEADER];
    if (header) this.started = this.serve(header);
    try {
      const result = await next(input);
      this.tellEnd(null);
      return result;
    } catch (error) {
      this.tellEnd(failureOf(error));
      throw error;
    }
  }

  async handleSignal(
    input: SignalInput,
    next: Next<WorkflowInboundCallsInterceptor, 'handleSignal'>,
  ): Promise<void> {
    const header = input.headers[TRACE_HEADER];
    const runId = runIdOf(input.args);
    if (header && runId !== null) this.latestFor.set(runId, this.serve(header));
    return next(input);
  }

  async scheduleActivity(
    input: ActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
  ): Promise<unknown> {
    return next({ ...input, headers: { ...this.headersFor(input.args), ...input.headers } });
  }

  async scheduleLocalActivity(
    input: LocalActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleLocalActivity'>,
  ): Promise<unknown> {
    return next({ ...input, headers: { ...this.headersFor(input.args), ...input.headers } });
  }

  async continueAsNew(
    input: ContinueAsNewInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'continueAsNew'>,
  ): Promise<never> {
    return next({ ...input, headers: { ...this.headersFor(input.args), ...input.headers } });
  }

  private headersFor(args: readonly unknown[]): Headers {
    const runId = runIdOf(args);
    const served = (runId === null ? undefined : this.latestFor.get(runId)) ?? this.started;
    return served ? { [TRACE_HEADER]: served.header } : {};
  }

  private serve(header: Payload): Served {
    const served = { header, begunAtMs: Date.now() };
    this.served.push(served);
    return served;
  }

  private tellEnd(failure: string | null): void {
    const endedAtMs = Date.now();
    const told = new Set<string>();
    for (const { header, begunAtMs } of this.served) {
      const trace = defaultPayloadConverter.fromPayload<TraceContext>(header);
      // A start and the signal that came with it are one request.
      const request = `${trace.requestId} ${trace.traceparent}`;
      if (told.has(request)) continue;
      told.add(request);
      tracing.ended({ trace, begunAtMs, endedAtMs, failure });
    }
  }
}

function runIdOf([first]: readonly unknown[]): string | null {
  if (typeof first !== 'object' || first === null || !('runId' in first)) return null;
  return typeof first.runId === 'string' ? first.runId : null;
}

/** The type alone: messages quote. */
function failureOf(error: unknown): string | null {
  if (error instanceof ContinueAsNew) return null;
  if (isCancellation(error)) return 'cancelled';
  return error instanceof ApplicationFailure ? (error.type ?? 'unknown') : 'unknown';
}

export const interceptors: WorkflowInterceptorsFactory = () => {
  const interceptor = new TraceHeaderInterceptor();
  return { inbound: [interceptor], outbound: [interceptor] };
};
