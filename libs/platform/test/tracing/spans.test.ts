import { DocketError } from '@docket/domain/errors';
import { withLogContext } from '@docket/platform/logging/log-context';
import { createLogger } from '@docket/platform/logging/logger';
import { startTracing } from '@docket/platform/tracing';
import {
  beginSpan,
  continueTrace,
  currentTraceparent,
  formatTraceparent,
  inSpan,
  keptSpan,
  parseTraceparent,
  runWithin,
  traceHeaders,
  type Span,
} from '@docket/platform/tracing/spans';
import { recordWorkflow, workflowSpanOf } from '@docket/platform/tracing/workflow-spans';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OtlpReceiver, type ReceivedSpan } from '../../../../test/support/otlp-receiver.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SAMPLED = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
const NOT_SAMPLED = `00-${TRACE_ID.replaceAll('4', '5')}-00f067aa0ba902b7-00`;
const RUN = '0199c1de-6f0a-7b1e-8a53-1e6f5ad50d0e';

const BEGUN_AT_MS = 1_700_000_000_000;

let receiver: OtlpReceiver;

// All that is traced happens first: the last batch is sent when tracing stops, and nobody waits for it.
beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  const tracing = await startTracing(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi,x-tenant=a=b',
      OTEL_TRACES_SAMPLER_ARG: 0,
    },
    { name: 'docket-test', version: 'build-1' },
    createLogger('silent', 'test'),
  );
  await trace();
  await tracing.stop();
});

afterAll(() => receiver.stop());

async function trace(): Promise<void> {
  await within(SAMPLED, 'whole', () => inSpan('part', { attributes: { 'docket.number': 3 } }, handOn));
  await within(SAMPLED, 'fails', async () => {
    const refused = new DocketError('document.encrypted', 'of Jane Doe');
    await expect(inSpan('refused', {}, () => Promise.reject(refused))).rejects.toBe(refused);
    const broken = new TypeError('of Jane Doe');
    await expect(inSpan('broken', { category: 'storage' }, () => Promise.reject(broken))).rejects.toBe(
      broken,
    );
  });
  await inSpan('orphan', {}, async (span) => expect(span).toBeNull());
  await within(NOT_SAMPLED, 'unkept', () =>
    inSpan('below unkept', {}, async (span) => expect(span).toBeNull()),
  );
  await within(null, 'by ratio', async () => expect(keptSpan()).toBeNull());
  recordWorkflow(
    { workflowType: 'documentIngest', workflowId: 'document-ingest:1', temporalRunId: RUN },
    {
      trace: { requestId: 'r1', traceparent: SAMPLED },
      begunAtMs: BEGUN_AT_MS,
      endedAtMs: BEGUN_AT_MS + 2_500,
      failure: 'document.encrypted',
    },
  );
}

/** What the innermost span hands on is itself. */
async function handOn(span: Span | null): Promise<void> {
  expect(span && formatTraceparent(span.spanContext())).toBe(traceHeaders()['traceparent']);
  expect(traceHeaders()['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-.{16}-01$`));
}

async function within(caller: string | null, name: string, work: () => Promise<void>): Promise<void> {
  const { span, within: inside } = beginSpan(name, {}, parseTraceparent(caller));
  await runWithin(inside, work);
  span.end();
}

function received(name: string): ReceivedSpan {
  const [span, another] = receiver.spans.filter((each) => each.name === name);
  if (!span || another) throw new Error(`there are ${another ? 'several' : 'no'} spans ${name}`);
  return span;
}

describe('a span', () => {
  it('continues the caller’s trace and says of which build of which service it is', () => {
    const [whole, part] = [received('whole'), received('part')];
    expect(whole).toMatchObject({ traceId: TRACE_ID, parentSpanId: '00f067aa0ba902b7' });
    expect(part).toMatchObject({ traceId: TRACE_ID, parentSpanId: whole.spanId });
    expect(part).toMatchObject({ service: 'docket-test', version: 'build-1' });
    expect(part.attributes).toEqual({ 'docket.number': 3 });
    expect([...receiver.authorizations]).toEqual(['Basic YTpi']);
  });

  it('of a failure says its code and category, and nothing of its message', () => {
    const attributes = { 'error.type': 'document.encrypted', 'docket.error.category': 'input' };
    expect(received('refused')).toMatchObject({ isError: true, attributes });
    expect(received('broken').attributes).toEqual({
      'error.type': 'TypeError',
      'docket.error.category': 'storage',
    });
    expect(received('fails').isError).toBe(false);
    expect(receiver.bodies.join()).not.toContain('Jane Doe');
  });

  it('is not made where nothing is under way, and not kept where the caller or the ratio says so', () => {
    const names = receiver.spans.map(({ name }) => name);
    expect(names.join()).not.toMatch(/orphan|unkept|by ratio/);
  });
});

describe('what is handed on', () => {
  it('is the caller’s where nothing is kept here, and nothing where there is neither', () => {
    withLogContext({ traceparent: SAMPLED }, () => expect(currentTraceparent()).toBe(SAMPLED));
    expect(traceHeaders()).toEqual({});
    continueTrace(SAMPLED, () => {
      expect(currentTraceparent()).toBe(SAMPLED);
      expect(keptSpan()).toBeNull();
    });
  });

  it.each(['', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${TRACE_ID}-00f067aa0ba902b7-01`])(
    'is not taken from %j',
    (traceparent) => {
      expect(parseTraceparent(traceparent)).toBeNull();
    },
  );
});

describe('the span of a workflow', () => {
  it('has the id that its activities find by themselves, and its own times', () => {
    expect(received('workflow documentIngest')).toMatchObject({
      traceId: TRACE_ID,
      spanId: workflowSpanOf(SAMPLED, RUN)?.spanId,
      parentSpanId: '00f067aa0ba902b7',
      startMs: BEGUN_AT_MS,
      endMs: BEGUN_AT_MS + 2_500,
      isError: true,
    });
  });

  it('is another for each execution and each request, and there is none where nothing is traced', () => {
    const other = SAMPLED.replace('00f067', '11f067');
    const ids = [workflowSpanOf(SAMPLED, RUN), workflowSpanOf(other, RUN), workflowSpanOf(SAMPLED, 'x')];
    expect(new Set(ids.map((each) => each?.spanId)).size).toBe(3);
    expect(workflowSpanOf(SAMPLED, RUN)).toEqual(ids[0]);
    expect(workflowSpanOf(null, RUN)).toBeNull();
  });
});
