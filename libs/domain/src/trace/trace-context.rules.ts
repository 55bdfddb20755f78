/** What follows one request through client, workflow, activities, logs and model calls. */
export interface TraceContext {
  requestId: string;
  /** W3C Trace Context, level 1; null where no trace was begun. */
  traceparent: string | null;
}

/** What a workflow tells its worker when it has ended, once for each request that it worked for. */
export interface WorkflowEnd {
  trace: TraceContext;
  /** Milliseconds since 1970, by the workflow's clock. */
  begunAtMs: number;
  endedAtMs: number;
  /** Null for a good end, else the type of the failure, which is a code where Docket knows one. */
  failure: string | null;
}

/** Temporal header that carries a {@link TraceContext}, written by whoever starts, signals or updates a workflow. */
export const TRACE_HEADER = 'docket-trace';

const REQUEST_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;
const TRACEPARENT_PATTERN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A client's request id is taken when it can stand in a log line and a header as it is. */
export function isSaneRequestId(value: string | undefined): value is string {
  return value !== undefined && REQUEST_ID_PATTERN.test(value);
}

export function isTraceparent(value: string | undefined): value is string {
  return value !== undefined && TRACEPARENT_PATTERN.test(value);
}

/** The 32 hex digits of the trace in a traceparent. */
export function traceIdOf(traceparent: string | null): string | null {
  return traceparent?.split('-')[1] ?? null;
}
