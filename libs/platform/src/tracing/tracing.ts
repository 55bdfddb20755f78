import type { Logger } from '../logging/logger.js';

export interface TracingSettings {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  OTEL_TRACES_SAMPLER_ARG: number;
}

/** Which program of which build the spans are of. */
export interface TracedService {
  name: string;
  version: string;
}

export interface Tracing {
  /** Sends what is left, as far as the collector takes it within a few seconds. */
  stop(): Promise<void>;
}

let isOn = false;

/** Whether spans are made in this process at all. */
export function isTracing(): boolean {
  return isOn;
}

/**
 * Starts tracing where a collector is configured. Where none is, nothing of the SDK is loaded, no span is made and nothing
 * is paid for but a look whether there is one. Call it once, before anything is served.
 */
export async function startTracing(
  settings: TracingSettings,
  service: TracedService,
  logger: Logger,
): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = settings;
  if (endpoint === undefined) return { stop: async () => undefined };
  const { exportSpans } = await import('./span-export.js');
  isOn = true;
  return exportSpans(
    { endpoint, headers: parseHeaders(headers ?? ''), ratio: settings.OTEL_TRACES_SAMPLER_ARG },
    service,
    logger,
  );
}

/** `name=value` pairs, comma separated, values percent-encoded (OpenTelemetry, "Environment variable specification"). */
export function parseHeaders(list: string): Record<string, string> {
  const pairs = list.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A value that was not encoded and holds a percent sign.
    return value;
  }
}
