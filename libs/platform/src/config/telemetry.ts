import { optionalSecret, optionalUrl, ratio } from './variables.js';

/** Names and meanings as OpenTelemetry has them, so that an operator finds what every other program calls so. */
export const telemetryConfig = {
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(
    'Address of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; without one nothing is traced.',
    /^https?:$/,
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optionalSecret(
    'Headers that the collector asks for, comma separated, such as authorization=Basic%20abc.',
  ),
  OTEL_TRACES_SAMPLER_ARG: ratio(
    'Share of the requests that are traced, 0 to 1. A request whose caller has decided, by its traceparent, is traced as the caller says.',
    0.1,
  ),
};
