import { DocketError } from '@docket/domain/errors';
import { oversizeProblem } from '@docket/domain/run/payload-rules';
import { TRACE_HEADER, traceIdOf, type TraceContext } from '@docket/domain/trace/rules';
import type { Context } from '@temporalio/activity';
import {
  CancelledFailure,
  ApplicationFailure,
  defaultPayloadConverter,
  type Headers,
} from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { withLogContext } from '../logging/log-context.js';
import type { Logger } from '../logging/logger.js';
import { meter } from '../metrics/metrics.js';
import { backoffMs } from './backoff.js';

/** Says how long to wait before the next attempt, where the thrower knows better than the backoff. */
export interface DelayedError {
  retryAfterSeconds: number;
}

/**
 * Wraps every activity: the caller's ids go into its log lines, a domain error becomes a final failure whose type is
 * the code, and anything else becomes a retryable one with jittered backoff or the provider's own delay.
 */
export class ActivityInterceptor implements ActivityInboundCallsInterceptor {
  private readonly duration = meter().createHistogram('docket_activity_duration_seconds', {
    description: 'Seconds one attempt of an activity took, by activity and outcome',
  });

  constructor(
    private readonly context: Context,
    private readonly logger: Logger,
    private readonly random: () => number = Math.random,
  ) {}

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { activityType, attempt, workflowExecution } = this.context.info;
    const trace = readTrace(input.headers);
    const startedAt = performance.now();
    let outcome: AttemptOutcome | 'succeeded' = 'succeeded';
    return withLogContext(
      {
        activity: activityType,
        ...(workflowExecution ? { workflowId: workflowExecution.workflowId } : {}),
        ...(trace ? { requestId: trace.requestId } : {}),
        ...(trace?.traceparent
          ? { traceparent: trace.traceparent, traceId: traceIdOf(trace.traceparent) ?? '' }
          : {}),
      },
      async () => {
        try {
          return sendable(activityType, await next(input));
        } catch (error) {
          const failure = toFailure(error, attempt, this.random());
          outcome = outcomeOf(failure);
          this.logAttempt(error, failure, outcome, attempt);
          throw failure;
        } finally {
          this.duration.record((performance.now() - startedAt) / 1_000, { activity: activityType, outcome });
        }
      },
    );
  }

  /** A retry that names its own delay is a way of waiting, not news; any other is worth a warning. */
  private logAttempt(error: unknown, failure: Error, outcome: AttemptOutcome, attempt: number): void {
    const level = outcome !== 'retrying' ? 'info' : hasDelay(error) ? 'debug' : 'warn';
    this.logger[level](
      { attempt, outcome, reason: failure.message, ...(level === 'warn' ? { error } : {}) },
      'activity attempt ended without a result',
    );
  }
}

type AttemptOutcome = 'cancelled' | 'failed' | 'retrying';

function outcomeOf(failure: ApplicationFailure | CancelledFailure): AttemptOutcome {
  if (failure instanceof CancelledFailure) return 'cancelled';
  return failure.nonRetryable ? 'failed' : 'retrying';
}

/** @throws DocketError for a result that no server takes: sent, it would come back and be made again for ever */
function sendable(activityType: string, result: unknown): unknown {
  const problem = oversizeProblem(`the result of ${activityType}`, result);
  if (problem !== null) throw new DocketError('run.payload_too_large', problem);
  return result;
}

/** What Temporal is told about a thrown value. */
export function toFailure(
  error: unknown,
  attempt: number,
  random: number,
): ApplicationFailure | CancelledFailure {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof DocketError) {
    return ApplicationFailure.create({
      type: error.code,
      message: error.message,
      nonRetryable: true,
      cause: error,
    });
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return ApplicationFailure.create({
    type: known.name,
    message: known.message,
    nonRetryable: false,
    nextRetryDelay: hasDelay(error) ? error.retryAfterSeconds * 1_000 : backoffMs(attempt, random),
    cause: known,
  });
}

function hasDelay(error: unknown): error is DelayedError {
  return (
    typeof error === 'object' &&
    error !== null &&
    'retryAfterSeconds' in error &&
    typeof error.retryAfterSeconds === 'number'
  );
}

function readTrace(headers: Headers): TraceContext | null {
  const payload = headers[TRACE_HEADER];
  return payload ? defaultPayloadConverter.fromPayload<TraceContext>(payload) : null;
}
