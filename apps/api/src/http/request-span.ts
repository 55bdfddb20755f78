import { traceIdOf } from '@docket/domain/trace/rules';
import { currentLogContext, type LogContext } from '@docket/platform/logging/log-context';
import { isTracing } from '@docket/platform/tracing';
import {
  beginSpan,
  formatTraceparent,
  parseTraceparent,
  runWithin,
  SpanKind,
  SpanStatusCode,
  type Span,
} from '@docket/platform/tracing/spans';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Asked by machines every few seconds: their spans would be most of all there are, and say nothing. */
const UNTRACED = new Set(['/health', '/ready', '/metrics']);

/** What a request hands on of its trace. */
export interface RequestTrace {
  /** For log lines and for what the request starts. */
  ids: LogContext;
  /** Runs what belongs to the request. */
  run<T>(work: () => T): T;
}

/**
 * The span of a request, which continues the caller's trace where there is one. Neither address nor headers are in it: an
 * address may be signed, and holds ids of a tenant; the route's template is what operators count by.
 */
export function traceRequest(request: FastifyRequest, reply: FastifyReply): RequestTrace {
  const given = request.headers['traceparent'];
  const caller = typeof given === 'string' ? parseTraceparent(given) : null;
  const route = request.routeOptions.url;
  if (!isTracing() || UNTRACED.has(route ?? '')) return untraced(caller === null ? null : String(given));
  const { span, within } = beginSpan(
    route === undefined ? `${request.method} unmatched` : `${request.method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': request.method,
        ...(route === undefined ? {} : { 'http.route': route }),
        'docket.request_id': request.id,
      },
    },
    caller,
  );
  const own = span.spanContext();
  return {
    ids: { traceparent: formatTraceparent(own), traceId: own.traceId },
    run: (work) =>
      runWithin(within, () => {
        endWithAnswer(span, reply, currentLogContext());
        return work();
      }),
  };
}

/** At the end of the connection's part in it, which comes also where the client has gone and no answer was written. */
function endWithAnswer(span: Span, reply: FastifyReply, context: Readonly<LogContext>): void {
  if (!span.isRecording()) return;
  reply.raw.once('close', () => {
    const { statusCode } = reply;
    span.setAttribute('http.response.status_code', statusCode);
    // Learned on the way: whose request it was, and what was wrong with it.
    if (context.org !== undefined) span.setAttribute('docket.org', context.org);
    if (context.errorCode !== undefined) span.setAttribute('error.type', context.errorCode);
    if (context.errorCategory !== undefined)
      span.setAttribute('docket.error.category', context.errorCategory);
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
}

/** The caller's ids go on to log and workflow, whether or not anything is traced here. */
function untraced(traceparent: string | null): RequestTrace {
  return {
    ids: traceparent === null ? {} : { traceparent, traceId: traceIdOf(traceparent) ?? '' },
    run: (work) => work(),
  };
}
