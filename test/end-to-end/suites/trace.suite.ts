import { expect, it } from '@jest/globals';
import { TRACE_HEADER } from '@docket/domain/trace/rules';
import { defaultPayloadConverter } from '@temporalio/common';
import { until } from '../../support/until.ts';
import { ended, markdown, sha256 } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { put, type Address } from '../support/put.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

export function runTraceSuite(on: () => EndToEnd): void {
  it('request id and traceparent travel into answer, run, logs and the Temporal header', async () => {
    const requestId = `request-${Date.now()}`;
    // Bytes of another hash: the end of such a run is a line in the worker's log.
    const file = markdown('traces');
    const announced = await on().docket.request<{ documentId: string; upload: Address }>(
      'POST',
      '/v1/uploads',
      {
        fileName: file.fileName,
        mediaType: file.mediaType,
        sizeBytes: file.bytes.length,
        sha256: sha256(Buffer.from('other bytes')),
      },
      { 'x-request-id': requestId, traceparent: TRACEPARENT },
    );
    expect(announced.headers.get('x-request-id')).toBe(requestId);
    await put(announced.body.upload, file.bytes);
    const document = await ended(on(), announced.body.documentId);
    const run = await on().docket.request<{ requestId: string; workflowId: string }>(
      'GET',
      `/v1/runs/${document.runId}`,
    );
    expect(run.body.requestId).toBe(requestId);

    const traced = expect.objectContaining({ requestId, traceId: TRACE_ID });
    expect(on().api.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        ctx: expect.objectContaining({
          requestId,
          traceId: TRACE_ID,
          method: 'POST',
          route: '/v1/uploads',
          status: 201,
          org: on().orgId,
        }),
      }),
    );
    await until('the worker has logged the end', () =>
      on()
        .worker.logs()
        .some(({ ctx }) => ctx['workflowId'] === run.body.workflowId && ctx['activity'] === 'readContent'),
    );
    const lines = on()
      .worker.logs()
      .filter(({ ctx }) => ctx['workflowId'] === run.body.workflowId && 'activity' in ctx);
    for (const { ctx } of lines) expect(ctx).toEqual(traced);

    const { events } = await on().temporal.workflow.getHandle(run.body.workflowId).fetchHistory();
    const header = events?.[0]?.workflowExecutionStartedEventAttributes?.header?.fields?.[TRACE_HEADER];
    expect(header ? defaultPayloadConverter.fromPayload(header) : null).toEqual({
      requestId,
      traceparent: TRACEPARENT,
    });
  });

  it('a request id that could not stand in a log line is replaced by one that can', async () => {
    const answer = await on().docket.request('GET', '/v1/me', undefined, { 'x-request-id': 'a b"c' });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('no key or signed address is written to a log', () => {
    const written = JSON.stringify([...on().api.logs(), ...on().worker.logs()]);
    expect(written).toContain('/v1/uploads');
    expect(written).not.toContain(on().apiKey);
    expect(written).not.toMatch(/signature=/i);
  });
}
