import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../logging/logger.js';
import { spanIds } from './span-ids.js';
import type { TracedService, Tracing } from './tracing.js';

/** Where spans go, and how many of them. */
export interface SpanExport {
  endpoint: string;
  headers: Record<string, string>;
  /** Share of the traces begun here that are kept, 0 to 1. */
  ratio: number;
}

/**
 * Spans that wait for the collector, at most; what comes on top is dropped, and counted in
 * `otel_sdk_processor_span_processed_total` under an error. Some 2 MB, and the spans of 100 documents: seconds of a full load,
 * which bridge the restart of a collector beside the process.
 */
const QUEUED_SPANS = 4_096;
const BATCH_SPANS = 512;
/** A trace is complete at the collector so soon after its end. */
const SENT_EVERY_MS = 2_000;
/** A collector is next door. One that takes longer is as good as away, and the queue goes on filling meanwhile. */
const EXPORT_TIMEOUT_MS = 5_000;
/** Requests to the collector at once: one batch after another, and what is left when the process stops. */
const EXPORTS_AT_ONCE = 10;
/** What a stopping process waits for a collector that does not answer. */
const STOP_WITHIN_MS = 3_000;
/** A collector that is away is news once, and then once in a while. */
const REPORT_EVERY_MS = 60_000;
/** Longer than any name or id there is; nothing long belongs into a span. */
const ATTRIBUTE_CHARACTERS = 512;

/** Sends spans to a collector by OTLP over HTTP, in batches beside the work, which never waits for it. */
export function exportSpans(
  { endpoint, headers, ratio }: SpanExport,
  service: TracedService,
  logger: Logger,
): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers,
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: EXPORTS_AT_ONCE,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'docket',
      'service.name': service.name,
      'service.version': service.version,
      'service.instance.id': randomUUID(),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    idGenerator: spanIds,
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_CHARACTERS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: reporting(exporter, logger),
        maxQueueSize: QUEUED_SPANS,
        maxExportBatchSize: BATCH_SPANS,
        scheduledDelayMillis: SENT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        selfObsMeterProvider: metrics.getMeterProvider(),
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return { stop: () => stopWithin(provider, STOP_WITHIN_MS, logger) };
}

/** Says in the log that the collector does not take spans, and no more of it than that. */
function reporting(exporter: SpanExporter, logger: Logger): SpanExporter {
  let reportedAt = -Infinity;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== 0 && performance.now() - reportedAt > REPORT_EVERY_MS) {
          reportedAt = performance.now();
          const reason = result.error?.message ?? 'unknown';
          logger.warn({ reason, spans: spans.length }, 'the collector takes no spans');
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush ? { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() } : {}),
  };
}

async function stopWithin(provider: TracerProvider, withinMs: number, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), withinMs);
  });
  const outcome = await Promise.race([provider.shutdown().catch(() => 'failed' as const), late]);
  clearTimeout(timer);
  if (outcome !== undefined) logger.warn({ outcome }, 'the last spans were not sent');
}
