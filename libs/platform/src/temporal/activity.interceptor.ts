import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { oversizeProblem } from '@docket/domain/run/payload-rules';
import { TRACE_HEADER, type TraceContext } from '@docket/domain/trace/rules';
import type { Context } from '@temporalio/activity';
import {
  CancelledFailure,
  ApplicationFailure,
  defaultPayloadConverter,
  type Headers,
} from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { describeFailure } from '../errors/describe-failure.js';
import { withLogContext } from '../logging/log-context.js';
import type { Logger } from '../logging/logger.js';
import { countError } from '../metrics/error-metrics.js';
import { meter } from '../metrics/metrics.js';
import { beginActivitySpan } from '../tracing/activity-span.js';
import { backoffMs } from './backoff.js';

const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
    const { activityType, workflowExecution } = this.context.info;
    const trace = readTrace(input.headers);
    const span = beginActivitySpan(this.context.info, trace);
    return withLogContext(
      {
        activity: activityType,
        ...(workflowExecution ? { workflowId: workflowExecution.workflowId } : {}),
        ...(trace ? { requestId: trace.requestId } : {}),
        ...runOf(input.args),
        ...span.ids,
      },
      () => span.run(() => this.attempt(input, next, (failure, outcome) => span.end(failure, outcome))),
    );
  }

  private async attempt(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
    ended: (failure: unknown, outcome: Outcome) => void,
  ): Promise<unknown> {
    const { activityType, attempt } = this.context.info;
    const startedAt = performance.now();
    let outcome: Outcome = 'succeeded';
    let thrown: unknown = null;
    try {
      return sendable(activityType, await next(input));
    } catch (error) {
      thrown = error;
      const failure = toFailure(error, attempt, this.random());
      outcome = outcomeOf(failure);
      this.logAttempt(error, failure, outcome, attempt);
      throw failure;
    } finally {
      this.duration.record((performance.now() - startedAt) / 1_000, { activity: activityType, outcome });
      ended(thrown, hasDelay(thrown) && outcome === 'retrying' ? 'waiting' : outcome);
    }
  }

  /** A retry that names its own delay is a way of waiting, not news; any other is worth a warning. */
  private logAttempt(error: unknown, failure: Error, outcome: AttemptOutcome, attempt: number): void {
    const level = outcome !== 'retrying' ? 'info' : hasDelay(error) ? 'debug' : 'warn';
    const { category } = describeFailure(error);
    if (level !== 'debug' && outcome !== 'cancelled') countError('activity', category);
    this.logger[level](
      { attempt, outcome, category, reason: failure.message, ...(level === 'warn' ? { error } : {}) },
      'activity attempt ended without a result',
    );
  }
}

type AttemptOutcome = 'cancelled' | 'failed' | 'retrying';
/** `waiting`: an attempt that found what it needs not there yet and said when to look again. */
type Outcome = AttemptOutcome | 'succeeded' | 'waiting';

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

/** The run that an activity is about, where it is about one. */
function runOf([first]: readonly unknown[]): { runId?: string } {
  if (typeof first !== 'object' || first === null || !('runId' in first)) return {};
  const { runId } = first;
  return typeof runId === 'string' && UUID_PATTERN.test(runId) ? { runId: toTypeId('run', runId) } : {};
}

function readTrace(headers: Headers): TraceContext | null {
  const payload = headers[TRACE_HEADER];
  return payload ? defaultPayloadConverter.fromPayload<TraceContext>(payload) : null;
}
