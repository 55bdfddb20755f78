import { startMetrics } from '@docket/platform/metrics';
import { createLogger } from '@docket/platform/logging/logger';
import { isTracing, startTracing } from '@docket/platform/tracing';
import { beginSpan, inSpan, runWithin } from '@docket/platform/tracing/spans';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../../../../test/support/otlp-receiver.ts';
import { until } from '../../../../test/support/until.ts';

const SERVICE = { name: 'docket-test', version: 'build-1' };
/** More than are queued. */
const REQUESTS = 3_000;
const QUEUED = 4_096;

const metrics = startMetrics();
let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await OtlpReceiver.start();
});
afterAll(() => receiver.stop());

async function request(): Promise<string> {
  const { span, within } = beginSpan('GET /v1/me', {}, null);
  try {
    return await runWithin(within, () => inSpan('select orgs', {}, async () => 'answered'));
  } finally {
    span.end();
  }
}

/** What operators see of the queue. */
async function spanCounts(): Promise<{ queued: number; dropped: number }> {
  const text = await metrics.render();
  const valueOf = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? NaN);
  return {
    queued: valueOf(/^otel_sdk_processor_span_queue_size\{.*\} (\d+)$/m),
    dropped: valueOf(/^otel_sdk_processor_span_processed_total\{.*error_type="queue_full".*\} (\d+)$/m),
  };
}

it('without a collector nothing is traced, and nothing of the SDK is set up', async () => {
  const tracing = await startTracing({ OTEL_TRACES_SAMPLER_ARG: 1 }, SERVICE, createLogger('silent', 'test'));
  expect(isTracing()).toBe(false);
  const { span } = beginSpan('GET /v1/me', {}, null);
  expect(span.isRecording()).toBe(false);
  await tracing.stop();
});

it('a collector that hangs and then refuses fails no request, is reported once, and holds no process up', async () => {
  const lines: string[] = [];
  const logger = createLogger('info', 'test', { write: (line) => lines.push(line) });
  receiver.mood = 'hangs';
  const tracing = await startTracing(
    { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: 1 },
    SERVICE,
    logger,
  );
  const answers: string[] = [];
  for (let asked = 0; asked < REQUESTS; asked += 1) answers.push(await request());
  expect(new Set(answers)).toEqual(new Set(['answered']));
  await until('it was asked', () => receiver.asked > 0);
  // Two spans each: what was kept for later is bounded, whatever comes.
  expect(receiver.spans).toHaveLength(0);
  const { queued, dropped } = await spanCounts();
  expect(queued).toBeLessThanOrEqual(QUEUED);
  expect(dropped).toBeGreaterThan(0);
  receiver.mood = 'refuses';
  const stoppingAt = performance.now();
  await tracing.stop();
  expect(performance.now() - stoppingAt).toBeLessThan(10_000);
  expect(lines.filter((line) => line.includes('the collector takes no spans')).length).toBeLessThanOrEqual(1);
});
