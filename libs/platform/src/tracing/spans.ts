import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { isTraceparent } from '@docket/domain/trace/rules';
import type { ErrorCategory } from '@docket/domain/errors';
import { describeFailure } from '../errors/describe-failure.js';
import { currentLogContext } from '../logging/log-context.js';

export { SpanKind, SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';

/** What a span is of, beside its name: few values each, and nothing of a tenant's content. */
export interface SpanTerms {
  kind?: SpanKind;
  attributes?: Attributes;
  /** Whose matter a failure is of which nothing else is known. */
  category?: ErrorCategory;
}

/** The method under way, for the spans of its statements. */
const METHOD = createContextKey('docket method');

/**
 * Runs `work` in a span of its own below the one under way. Where none is under way, or none that is kept, there is nothing
 * but `work`, which is then given null. A failure marks the span by its code and category alone: messages quote.
 */
export async function inSpan<T>(
  name: string,
  terms: SpanTerms,
  work: (span: Span | null) => Promise<T>,
): Promise<T> {
  const active = context.active();
  if (!trace.getSpan(active)?.isRecording()) return work(null);
  const { kind = SpanKind.INTERNAL, attributes = {} } = terms;
  const span = tracer().startSpan(name, { kind, attributes }, active);
  try {
    return await context.with(trace.setSpan(active, span), work, undefined, span);
  } catch (error) {
    markFailed(span, error, terms.category);
    throw error;
  } finally {
    span.end();
  }
}

/** Begins a span that continues another process's trace, or a trace of its own; the sampler decides whether it is kept. */
export function beginSpan(
  name: string,
  { kind = SpanKind.INTERNAL, attributes = {} }: SpanTerms,
  caller: SpanContext | null,
): { span: Span; within: Context } {
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const span = tracer().startSpan(name, { kind, attributes }, parent);
  return { span, within: trace.setSpan(parent, span) };
}

/** Runs `work` for another process's request, as far as its trace goes; nothing changes where there is none. */
export function continueTrace<T>(traceparent: string | null, work: () => T): T {
  const caller = parseTraceparent(traceparent);
  return caller ? context.with(trace.setSpanContext(ROOT_CONTEXT, caller), work) : work();
}

export function runWithin<T>(within: Context, work: () => T): T {
  return context.with(within, work);
}

export function markFailed(span: Span, error: unknown, otherwise?: ErrorCategory): void {
  const { code, category } = describeFailure(error, otherwise);
  span.setAttributes({ 'error.type': code, 'docket.error.category': category });
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Gives the statements of a method its name, where they are traced. */
export function inMethod<T>(name: string, work: () => T): T {
  const active = context.active();
  if (!trace.getSpan(active)?.isRecording()) return work();
  return context.with(active.setValue(METHOD, name), work);
}

export function currentMethod(): string | null {
  const name = context.active().getValue(METHOD);
  return typeof name === 'string' ? name : null;
}

/** The span under way where it is kept, else null. */
export function keptSpan(): Span | null {
  const span = trace.getSpan(context.active());
  return span?.isRecording() ? span : null;
}

/** What is handed on to whoever is called now: the span under way, or what came in where nothing is traced here. */
export function currentTraceparent(): string | null {
  const span = trace.getSpan(context.active());
  return span ? formatTraceparent(span.spanContext()) : (currentLogContext().traceparent ?? null);
}

export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** A caller's span by its traceparent (W3C Trace Context, level 1); null for what is none. */
export function parseTraceparent(traceparent: string | null | undefined): SpanContext | null {
  if (!isTraceparent(traceparent ?? undefined)) return null;
  const [, traceId = '', spanId = '', flags = ''] = (traceparent ?? '').split('-');
  const isSampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) !== 0;
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

/** Headers by which a service that is called joins the trace. */
export function traceHeaders(): Record<string, string> {
  const traceparent = currentTraceparent();
  return traceparent === null ? {} : { traceparent };
}

function tracer() {
  return trace.getTracer('docket');
}
