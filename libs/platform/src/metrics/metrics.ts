import { metrics, type Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

const METER = 'docket';
const REPOSITORY_METER = 'docket-repositories';

/**
 * Upper bounds of the duration buckets in seconds: dense where the targets lie (30 ms to 500 ms), and reaching the
 * longest thing that is waited for.
 */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Of methods of repositories, of which there are some two hundred: few buckets, since each is a series of each method. */
const REPOSITORY_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];

export interface MetricsEndpoint {
  /** The present values in Prometheus' text format. */
  render(): Promise<string>;
}

/**
 * What was observed at this scrape and nothing else. By itself the exporter goes on telling the last value of a gauge whose
 * labels nobody observes any longer: a queue that is empty would keep its age, and a database that is away its runs.
 */
class ScrapeExporter extends PrometheusExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : super.selectAggregationTemporality(type);
  }
}

/** Starts this process's metrics. Call it once, before anything asks for a meter. */
export function startMetrics(): MetricsEndpoint {
  const exporter = new ScrapeExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    readers: [exporter],
    views: [bucketsOf(METER, DURATION_BUCKETS), bucketsOf(REPOSITORY_METER, REPOSITORY_BUCKETS)],
  });
  metrics.setGlobalMeterProvider(provider);
  // Which service and which library a value is from is the scraper's to say, by where it scraped.
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  return {
    async render() {
      const collected = await exporter.collect();
      return serializer.serialize(collected.resourceMetrics);
    },
  };
}

export function meter(): Meter {
  return metrics.getMeter(METER);
}

/** For what repositories take; its histograms have fewer buckets. */
export function repositoryMeter(): Meter {
  return metrics.getMeter(REPOSITORY_METER);
}

function bucketsOf(meterName: string, boundaries: number[]): ViewOptions {
  return {
    meterName,
    instrumentName: '*_seconds',
    instrumentType: InstrumentType.HISTOGRAM,
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries } },
  };
}
