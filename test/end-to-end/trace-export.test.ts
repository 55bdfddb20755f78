import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { STORAGE_VARIABLE } from '../../jest.common.ts';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { until } from '../support/until.ts';
import { markdown, sha256 } from './support/documents.ts';
import { put, type Address } from './support/put.ts';
import { runObservabilityPageSuite } from './suites/observability-page.suite.ts';
import { ARTICLE, GOOD, SENTENCE, TicketBench } from './support/tickets.ts';

jest.setTimeout(60_000);
quietTemporal();

let receiver: OtlpReceiver;
let bench: TicketBench;

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  bench = await TicketBench.open({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    // Of what is asked for here, and of nothing else.
    OTEL_TRACES_SAMPLER_ARG: '0',
    MODEL_TIMEOUT_SECONDS: '5',
  });
}, 120_000);

afterAll(async () => {
  await bench.close();
  await receiver.stop();
}, 60_000);

/** A caller of its own, who wants to see what becomes of the request. */
interface Caller {
  traceId: string;
  spanId: string;
  headers: { traceparent: string };
}

function newCaller(): Caller {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-01` } };
}

/** Names from the caller down to the first span of that name, each below the one before it. */
function wayTo(trace: readonly ReceivedSpan[], name: string): string[] {
  const names: string[] = [];
  let span = trace.find((each) => each.name === name);
  while (span) {
    names.unshift(span.name);
    const { parentSpanId } = span;
    span = trace.find((each) => each.spanId === parentSpanId);
  }
  return names;
}

/** A caller's trace once a span of that name has come and nothing hangs in the air: each process sends when it likes. */
async function wholeTrace({ traceId, spanId }: Caller, last: string): Promise<ReceivedSpan[]> {
  let trace: ReceivedSpan[] = [];
  await until(
    `${last} has come, and all above it`,
    () => {
      trace = receiver.trace(traceId);
      const known = new Set([spanId, ...trace.map((span) => span.spanId)]);
      return (
        trace.some(({ name }) => name === last) && trace.every(({ parentSpanId }) => known.has(parentSpanId))
      );
    },
    20_000,
  );
  return trace;
}

const found = (trace: readonly ReceivedSpan[], name: string): ReceivedSpan | undefined =>
  trace.find((span) => span.name === name);

describe('one request is one trace', () => {
  it('of an upload: from the caller through API, workflow, activities, storage, parser and database', async () => {
    const caller = newCaller();
    const file = markdown('traced');
    const { body } = await bench.docket.request<{ documentId: string; runId: string; upload: Address }>(
      'POST',
      '/v1/uploads',
      {
        fileName: file.fileName,
        mediaType: file.mediaType,
        sizeBytes: file.bytes.length,
        sha256: sha256(file.bytes),
      },
      caller.headers,
    );
    await put({ ...body.upload, headers: { ...body.upload.headers, ...caller.headers } }, file.bytes);
    await bench.docket.untilEnded(body.documentId, 20_000);
    const trace = await wholeTrace(caller, 'workflow documentIngest');
    const ingest = ['POST /v1/uploads', 'start documentIngest', 'workflow documentIngest'];
    for (const [activity, below] of [
      ['readContent', ['storage open', 'parse markdown', 'storage copy', 'insert chunk_embeddings']],
      ['indexContent', ['update documents']],
    ] as const)
      for (const name of below) expect(wayTo(trace, name)).toEqual([...ingest, `activity ${activity}`, name]);
    // To S3 the client speaks directly: nobody here receives it, and the run finds it by looking.
    const received = bench.running.stack.storage.kind === 'disk';
    for (const name of ['storage receive', 'signal uploadCompleted'])
      expect({ name, told: found(trace, name) !== undefined }).toEqual({ name, told: received });
    expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(['docket-api', 'docket-worker']));
    const run = await bench.docket.request<{ traceId: string; executions: { workerBuild: string }[] }>(
      'GET',
      `/v1/runs/${body.runId}`,
    );
    expect(run.body.traceId).toBe(caller.traceId);
    expect(found(trace, 'activity readContent')?.version).toBe(run.body.executions[0]?.workerBuild);
    expect(found(trace, 'insert chunk_embeddings')?.attributes['code.function.name']).toMatch(
      /^\w+Repository\.\w+$/,
    );
  });

  it('of a ticket: down to the model, which is told of it; and a later change of the ticket is another', async () => {
    const [first, second] = [newCaller(), newCaller()];
    const name = bench.nameFor(() => GOOD);
    const send = (body: string, headers: { traceparent: string }) =>
      bench.docket.request<{ ticketId: string; enrichment: { state: string } }>(
        'POST',
        '/v1/tickets',
        { externalId: name, subject: `Payroll export ${name}`, body },
        { ...headers, prefer: 'wait=20' },
      );
    const { body } = await send('When does the payroll export run?', first.headers);
    expect(body.enrichment.state).toBe('ready');
    const trace = await wholeTrace(first, 'workflow ticketEnrichment');
    const chat = trace.find((span) => span.name.startsWith('chat '));
    expect(wayTo(trace, chat?.name ?? '')).toEqual([
      'POST /v1/tickets',
      'signalWithStart ticketEnrichment',
      'workflow ticketEnrichment',
      'activity askModel',
      chat?.name,
    ]);
    expect(chat?.attributes).toMatchObject({
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 200,
    });
    expect(bench.standIn.asked.at(-1)?.headers['traceparent']).toBe(`00-${first.traceId}-${chat?.spanId}-01`);
    await send('When does the payroll export run at night?', second.headers);
    const later = await wholeTrace(second, 'workflow ticketEnrichment');
    expect(wayTo(later, 'activity askModel')[0]).toBe('POST /v1/tickets');
  });

  it('of a document that is refused: the failure carries its code and whose matter it is', async () => {
    const caller = newCaller();
    const wrong = { ...markdown('not a PDF'), mediaType: 'application/pdf' };
    const { body } = await bench.docket.request<{ documentId: string; upload: Address }>(
      'POST',
      '/v1/uploads',
      {
        fileName: wrong.fileName,
        mediaType: wrong.mediaType,
        sizeBytes: wrong.bytes.length,
        sha256: sha256(wrong.bytes),
      },
      caller.headers,
    );
    await put(body.upload, wrong.bytes);
    const document = await bench.docket.untilEnded(body.documentId, 20_000);
    const trace = await wholeTrace(caller, 'workflow documentIngest');
    expect(found(trace, 'activity readContent')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'upload.type_mismatch', 'docket.error.category': 'input' },
    });
    const run = await bench.docket.request<{ error: object }>('GET', `/v1/runs/${document.runId}`);
    expect(run.body.error).toMatchObject({ code: 'upload.type_mismatch', category: 'input' });
    const metrics = await (await fetch(`${bench.running.worker.url}/metrics`)).text();
    expect(metrics).toMatch(/docket_errors_total\{source="activity",category="input"\} [1-9]/);
  });
});

// The page is of the local stack, which keeps objects in a folder and receives them itself.
if (process.env[STORAGE_VARIABLE] !== 's3') runObservabilityPageSuite(() => ({ bench, receiver }));

describe('what is exported', () => {
  it('is only what was asked for, and nothing of a tenant’s content or a statement’s values', async () => {
    const bodies = receiver.bodies.join();
    for (const word of [SENTENCE, ARTICLE, 'payroll', 'Payroll', 'signature', ' where ', 'set_config'])
      expect(bodies).not.toContain(word);
    const { body: me } = await bench.docket.request<{ org: { name: string } }>('GET', '/v1/me');
    expect(bodies).not.toContain(me.org.name);
    expect(receiver.spans.some(({ name }) => name === 'GET /v1/me')).toBe(false);
  });

  it('has names that are few, whatever is asked for', () => {
    const names = new Set(receiver.spans.map(({ name }) => name));
    expect([...names].filter((name) => /[0-9a-f]{8}|_0\w{20}|\$|'/.test(name))).toEqual([]);
    expect(names.size).toBeLessThan(120);
  });
});
